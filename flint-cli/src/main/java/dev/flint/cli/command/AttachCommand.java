package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.Artifact;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.registry.RegistryRepository;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code flint attach}. */
@Command(
    name = "attach",
    sortOptions = false,
    description = "Attach files to an image in its registry, such as an SBOM.",
    footer = {
      "",
      "The image itself stays as it is; flint referrers lists what is attached. The",
      "same files attached twice are one artifact. Prints the artifact's reference",
      "with its digest.",
      "",
      "Example:  flint attach localhost:5000/demo/osv-hello:1.0 \\",
      "              sbom.json:application/spdx+json \\",
      "              --artifact-type application/spdx+json"
    })
public final class AttachCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", paramLabel = "REF", description = "HOST/REPOSITORY[:TAG][@DIGEST].")
  Reference reference;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE[:MEDIATYPE]",
      converter = FileConverter.class,
      description = "What to attach. Default type: application/octet-stream.")
  List<AttachedFile> files;

  @Option(
      names = "--artifact-type",
      required = true,
      paramLabel = "TYPE",
      converter = TypeConverter.class,
      description = "Type of the artifact: a media type such as application/spdx+json.")
  String artifactType;

  @Option(
      names = "--annotation",
      paramLabel = "KEY=VALUE",
      description = "Annotation: of the artifact. Repeatable.")
  Map<String, String> annotations = new LinkedHashMap<>();

  @Mixin ManifestChoice choice = new ManifestChoice();

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public AttachCommand(Context context) {
    this.context = context;
  }

  static final class FileConverter implements ITypeConverter<AttachedFile> {
    @Override
    public AttachedFile convert(String text) {
      try {
        return AttachedFile.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  static final class TypeConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (!text.matches(
          "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}")) {
        throw new TypeConversionException("expected a media type such as application/spdx+json");
      }
      return text;
    }
  }

  @Override
  public Integer call() throws IOException {
    RegistryRepository repository = context.registry(registry).repository(reference);
    Document subject = choice.read(repository, reference);
    List<Descriptor> layers = new ArrayList<>();
    for (AttachedFile file : files) {
      Descriptor layer = file.describe();
      push(repository, layer, () -> Files.newInputStream(file.file()));
      layers.add(layer);
    }
    push(repository, Artifact.EMPTY, () -> new ByteArrayInputStream(Artifact.emptyBytes()));
    Document artifact = Artifact.create(artifactType, subject.descriptor(), layers, annotations);
    repository.putManifest(artifact);
    Pinned made = new Pinned(reference.name(), artifact.digest());
    JsonObject json =
        made.json()
            .with("artifactType", artifactType)
            .with("subject", reference.name() + "@" + subject.digest());
    output.print(context, Result.object("attach/v1", json, made.text()));
    return 0;
  }

  private void push(RegistryRepository repository, Descriptor blob, BlobSource source)
      throws IOException {
    try (Meter meter = Meter.start(context.progress(), blob.digest().toString(), blob.size())) {
      meter.finish(
          repository.has(blob) ? Outcome.PRESENT : repository.putBlob(blob, source, meter));
    }
  }
}
