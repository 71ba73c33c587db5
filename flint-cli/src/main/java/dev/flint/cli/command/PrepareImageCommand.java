package dev.flint.cli.command;

import dev.flint.agent.image.Admission;
import dev.flint.agent.image.AdmissionProgram;
import dev.flint.agent.image.FailureDocument;
import dev.flint.agent.image.ImagePreparer;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code flint prepare-image}: what the agent has done by a process of its own, which is gone with
 * its memory when the image is there.
 */
@Command(
    name = "prepare-image",
    hidden = true,
    description = "Get an image ready to run and print where it is.")
public final class PrepareImageCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "The image.")
  private Reference reference;

  @Option(names = "--images", required = true, paramLabel = "DIR", description = "Where to.")
  private Path images;

  @Option(names = "--pull", defaultValue = "missing", description = "When to ask the registry.")
  private RunImage.Policy pull;

  @Option(names = "--admit-digest-only", description = "Only what is pinned by digest.")
  private boolean digestOnly;

  @Option(names = "--admit-registry", paramLabel = "PLACE", description = "Only what is there.")
  private List<String> registries = new ArrayList<>();

  @Option(names = "--admit-signed", paramLabel = "PROGRAM", description = "Only what it admits.")
  private @Nullable Path program;

  @Mixin private RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public PrepareImageCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Admission admission =
        new Admission(
            digestOnly,
            registries,
            Optional.ofNullable(program)
                .map(path -> new AdmissionProgram(path, AdmissionProgram.PATIENCE)));
    RunImage image = new RunImage(context, registry, images, admission);
    try {
      ImagePreparer.Prepared prepared = image.get(reference, pull);
      print(ImageDocument.write(prepared.image()).with("fetched", prepared.fetchedDocument()));
      return 0;
    } catch (IOException e) {
      FailureDocument.write(e).ifPresent(this::print);
      throw e;
    }
  }

  private void print(JsonObject document) {
    context.console().result(new String(document.bytes(), StandardCharsets.UTF_8));
  }
}
