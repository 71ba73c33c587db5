package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.archive.CopyTarget;
import dev.flint.oci.archive.IndexDraft;
import dev.flint.oci.archive.Location;
import dev.flint.oci.archive.NamedTarget;
import dev.flint.oci.archive.StoreTarget;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint index create}. */
@Command(
    name = "create",
    sortOptions = false,
    description = "Give several images, each for its platform, one name.",
    footer = {
      "",
      "The platform of each image is what its config says; of an image for several",
      "platforms all are taken. Names are those of the local store; with --remote, of",
      "registries, and images of other repositories are copied to that of REF. Prints",
      "the reference with its digest.",
      "",
      "Example:  flint index create app:1.0 osv-hello:1.0 arm:1.0"
    })
public final class IndexCreateCommand implements Callable<Integer> {
  private final Context context;

  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "REF", description = "The name of the index.")
  Reference name;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "The images.")
  List<Reference> images = new ArrayList<>();

  @Option(
      names = "--annotation",
      paramLabel = "KEY=VALUE",
      description = "Annotation: of the index. Repeatable.")
  Map<String, String> annotations = new LinkedHashMap<>();

  @Option(names = "--remote", description = "Work in registries: nothing is stored here.")
  boolean remote;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public IndexCreateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (name.digest().isPresent()) {
      throw new ParameterException(spec.commandLine(), "a new name has no digest: " + name);
    }
    try (Places places = new Places(context, registry, context.spool(0))) {
      CopyTarget target =
          remote
              ? new NamedTarget(places.repository(new Location.Registry(name)), name)
              : new StoreTarget(new LayoutImages(places.storeToChange()), name);
      IndexDraft draft = new IndexDraft(target.images(), context.progress());
      for (Reference image : images) {
        Origin origin =
            places.origin(remote ? new Location.Registry(image) : new Location.Store(image));
        draft.add(origin.images(), origin.root());
      }
      Document index = draft.create(annotations);
      target.complete(index);
      output.print(context, Pinned.of(name, index.digest()).result("index-create/v1"));
    }
    return 0;
  }
}
