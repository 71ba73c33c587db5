package dev.flint.cli.command;

import dev.flint.agent.image.ImagePreparer;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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

  @Mixin private RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public PrepareImageCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    RunImage image = new RunImage(context, registry, images);
    ImagePreparer.Prepared prepared = image.get(reference, pull);
    JsonObject document =
        ImageDocument.write(prepared.image())
            .with(
                "fetched",
                JsonObject.empty()
                    .with("fetchedBytes", prepared.fetched().fetchedBytes())
                    .with("reusedBytes", prepared.fetched().reusedBytes()));
    context.console().result(new String(document.bytes(), StandardCharsets.UTF_8));
    return 0;
  }
}
