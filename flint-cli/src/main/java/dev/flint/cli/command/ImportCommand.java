package dev.flint.cli.command;

import dev.flint.capstan.CapstanDisk;
import dev.flint.capstan.CapstanName;
import dev.flint.capstan.DiskImport.Imported;
import dev.flint.capstan.IndexYaml;
import dev.flint.oci.Reference;
import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.EarlySender;
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
    description = "Make an image of a disk, a kernel or a WebAssembly module.",
    customSynopsis = {
      "flint import [OPTIONS] NAME [REF]",
      "flint import [OPTIONS] --disk FILE REF",
      "flint import [OPTIONS] --kernel FILE [--initrd FILE] [--rootfs FILE] REF",
      "flint import [OPTIONS] --module FILE REF"
    },
    footer = {
      "",
      "Without REF the image is named after NAME and the version in its index.yaml.",
      "What a disk, a kernel or a module is for is told by its content where --backend",
      "does not say it. Prints the reference with its digest.",
      "",
      "Example:  flint import osv-hello localhost:5000/demo/osv-hello:1.0",
      "          flint import --disk my-disk.qcow2 my-disk:1.0 -m 512m --port 8080",
      "          flint import --backend linux-vm --kernel vmlinux \\",
      "              --rootfs root.raw vm:1"
    })
public final class ImportCommand implements Callable<Integer> {
  private final Context context;

  @Spec CommandSpec spec;

  @Parameters(
      arity = "1..2",
      paramLabel = "NAME REF",
      description = "Image of the Capstan repository, and the name to give it.")
  List<String> words;

  @Mixin FileOptions files = new FileOptions();

  @Option(names = "--push", description = "Send what was made to its registry as well.")
  boolean push;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin PublishOptions published = new PublishOptions();

  @Mixin CapstanOptions capstan = new CapstanOptions();

  @Mixin ImageOptions image = new ImageOptions();

  @Mixin LayerOptions layer = new LayerOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public ImportCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    boolean named = files.disk().isEmpty() && files.parts().isEmpty();
    checkWords(named);
    published.check(context);
    LayerPacker packer = context.packer(layer);
    NewImage making;
    Reference reference;
    if (named) {
      CapstanDisk found = context.capstan(capstan).find(capstanName(words.get(0)));
      if (!found.note().isEmpty()) {
        context.note(found.note());
      }
      reference = words.size() > 1 ? reference(words.get(1)) : DefaultReference.of(found);
      // What lies in such a repository is OSv's.
      making = disk(packer, found.file(), found.index(), BackendKind.OSV);
    } else {
      reference = reference(words.get(0));
      making =
          files.disk().isPresent()
              ? disk(packer, files.disk().get(), IndexYaml.EMPTY, null)
              : NewImage.ofFiles(context, packer, files, image);
    }
    // Before the work, so that a name without a registry is found out first.
    Optional<RegistryRepository> target =
        push ? Optional.of(context.registry(registry).repository(reference)) : Optional.empty();
    try (OciLayout store = context.store()) {
      try (OciLayout.Use use = store.use();
          EarlySender sender = target.map(to -> to.early(reference)).orElse(EarlySender.NONE)) {
        Imported imported = making.make(store, sender);
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
        published.write(
            context,
            () ->
                List.of(
                    PublishedImage.of(
                        reference.tagged(), imported.manifest(), new LayoutImages(store))));
        output.print(
            context, Pinned.of(reference, imported.manifest().digest()).result("import/v1"));
      }
      // What a moved name pointed to may have no other name.
      new GarbageCollector(store).sweep();
    }
    return 0;
  }

  private void checkWords(boolean named) {
    String wrong = "";
    if (words.size() > (named ? 2 : 1)) {
      wrong = named ? "expected NAME and at most one REF" : "with files only REF is given";
    } else if (files.disk().isPresent() && !files.parts().isEmpty()) {
      wrong = "a --disk is an image of its own, without other files";
    } else if (files.isContainerDisk() && !files.parts().isEmpty()) {
      wrong = "--containerdisk goes with a disk";
    } else if (files.isWasmArtifact() && !files.parts().containsKey(FileRole.MODULE)) {
      wrong = "--wasm-artifact goes with --module";
    }
    if (!wrong.isEmpty()) {
      throw new ParameterException(spec.commandLine(), wrong);
    }
  }

  private NewImage disk(
      LayerPacker packer, Path file, IndexYaml index, @Nullable BackendKind usual) {
    return NewImage.ofDisk(
        context,
        packer,
        image.request(
            file,
            index,
            files.backend().or(() -> Optional.ofNullable(usual)),
            files.isContainerDisk(),
            context.env()));
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
