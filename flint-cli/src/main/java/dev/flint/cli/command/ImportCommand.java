package dev.flint.cli.command;

import dev.flint.capstan.CapstanDisk;
import dev.flint.capstan.CapstanName;
import dev.flint.capstan.DiskImport;
import dev.flint.capstan.DiskImport.Imported;
import dev.flint.capstan.ImportRequest;
import dev.flint.capstan.IndexYaml;
import dev.flint.oci.Reference;
import dev.flint.oci.image.ImageAssembler;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.KnownRepositories;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.Transfer;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint import}. */
@Command(
    name = "import",
    sortOptions = false,
    description =
        "Make an OCI image of a disk in the local Capstan repository, or of any disk file.",
    customSynopsis = {
      "flint import [OPTIONS] NAME [REF]",
      "flint import [OPTIONS] --disk FILE REF"
    },
    footer = {
      "",
      "Without REF the image is named after NAME and the version in its index.yaml.",
      "Prints the reference with its digest.",
      "",
      "Example:  flint import osv-hello localhost:5000/demo/osv-hello:1.0"
    })
public final class ImportCommand implements Callable<Integer> {
  private final Context context;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..2",
      paramLabel = "NAME REF",
      description = "Image of the Capstan repository, and the name to give it.")
  private List<String> words;

  @Option(
      names = "--disk",
      paramLabel = "FILE",
      description = "Take this disk file instead of one from the Capstan repository.")
  private @Nullable Path disk;

  @Option(names = "--push", description = "Send the image to its registry as well.")
  private boolean push;

  @Mixin private CapstanOptions capstan = new CapstanOptions();

  @Mixin private ImageOptions image = new ImageOptions();

  @Mixin private LayerOptions layer = new LayerOptions();

  @Mixin private RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public ImportCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    int expected = disk == null ? 2 : 1;
    if (words.size() > expected) {
      throw new ParameterException(
          spec.commandLine(),
          disk == null ? "expected NAME and at most one REF" : "with --disk only REF is given");
    }
    LayerPacker packer = context.packer(layer);
    ImportRequest request;
    Reference reference;
    if (disk == null) {
      CapstanDisk found = context.capstan(capstan).find(capstanName(words.get(0)));
      if (!found.note().isEmpty()) {
        context.note(found.note());
      }
      reference = words.size() > 1 ? reference(words.get(1)) : DefaultReference.of(found);
      request = image.request(found.file(), found.index(), context.env());
    } else {
      reference = reference(words.get(0));
      request = image.request(disk, IndexYaml.EMPTY, context.env());
    }
    // Before the work, so that a name without a registry is found out first.
    Optional<RegistryRepository> target =
        push ? Optional.of(context.registry(registry).repository(reference)) : Optional.empty();
    try (OciLayout store = context.store()) {
      try (OciLayout.Use use = store.use()) {
        Imported imported =
            new DiskImport(new ImageAssembler(store, packer), store::newUnfinishedFile)
                .run(request, context.progress());
        new LayoutImages(store).tag(reference, imported.manifest());
        imported.notes().forEach(context::note);
        if (target.isPresent()) {
          new Transfer(
                  new LayoutImages(store),
                  target.get(),
                  context.progress(),
                  Transfer.USUAL_JOBS,
                  new KnownRepositories(store, reference, List.of()))
              .copy(reference, reference, Optional.empty());
        }
        context.result(reference.tagged() + "@" + imported.manifest().digest());
      }
      // What a moved name pointed to may have no other name.
      new GarbageCollector(store).sweep();
    }
    return 0;
  }

  private CapstanName capstanName(String text) {
    try {
      return CapstanName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private Reference reference(String text) {
    try {
      Reference reference = Reference.parse(text);
      if (reference.digest().isPresent()) {
        throw new IllegalArgumentException(
            "an image that is about to be made has no digest yet: " + text);
      }
      return reference;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }
}
