package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.archive.ArchiveOutput;
import dev.flint.oci.archive.DockerArchiveWriter;
import dev.flint.oci.archive.LayoutArchiveWriter;
import dev.flint.oci.archive.Location;
import dev.flint.oci.archive.Location.Form;
import dev.flint.oci.archive.PlatformImage;
import dev.flint.oci.transfer.GrowingPause;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.Transfer;
import java.io.IOException;
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

/** {@code flint save}. */
@Command(
    name = "save",
    sortOptions = false,
    description = "Write images of the local store into one archive.",
    footer = {
      "",
      "flint load, skopeo and podman load read either format, docker load the second.",
      "Prints what was written; nothing if the archive goes to standard output.",
      "",
      "Example:  flint save osv-hello:1.0 osv-hello:1.1 --to both.tar",
      "          flint save osv-hello:1.0 --to - | gzip > hello.tar.gz"
    })
public final class SaveCommand implements Callable<Integer> {
  /** The formats there are. */
  enum Format {
    /** A tar of an OCI layout. */
    oci,
    /** As docker save. */
    docker
  }

  private final Context context;

  @Parameters(arity = "1..*", paramLabel = "REF", description = "Images of the local store.")
  List<Reference> references = new ArrayList<>();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "Into this file; - is standard output.")
  String file;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "oci",
      description =
          "${COMPLETION-CANDIDATES}: an OCI layout, byte for byte; or as docker save, with layers"
              + " decompressed. Default: oci.")
  Format format;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description =
          "Platform of the image, if there are several. Default: all of them; for docker, this machine's.")
  @Nullable Platform platform;

  @Mixin ArchiveOptions archives = new ArchiveOptions();

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public SaveCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Location.Archive target =
        new Location.Archive(
            format == Format.docker ? Form.DOCKER : Form.OCI,
            file.equals("-") ? Optional.empty() : Optional.of(Path.of(file)),
            Optional.empty());
    List<Pinned> written = new ArrayList<>();
    try (Places places =
        new Places(context, new RegistryOptions(), context.spool(archives.maxSize()))) {
      LayoutImages store = new LayoutImages(places.store().layout());
      for (Reference reference : references) {
        store.require(reference);
      }
      try (ArchiveOutput archive = places.output(target, archives.force())) {
        if (format == Format.docker) {
          toDocker(store, places, archive, written);
        } else {
          toLayout(store, archive, written);
        }
      }
    }
    if (target.file().isPresent()) {
      output.print(context, Pinned.result("save/v1", written));
    }
    return 0;
  }

  private void toLayout(LayoutImages store, ArchiveOutput archive, List<Pinned> written)
      throws IOException {
    LayoutArchiveWriter writer = new LayoutArchiveWriter(archive, new GrowingPause());
    Transfer transfer = new Transfer(store, writer, context.progress());
    for (Reference reference : references) {
      Document root = store.manifest(store.require(reference));
      if (platform != null) {
        root = PlatformImage.choose(store, root, Optional.of(platform)).document();
      }
      transfer.copyBelow(root, Optional.empty());
      writer.list(root, Optional.of(LayoutImages.nameOf(reference)));
      written.add(Pinned.of(reference, root.digest()));
    }
    writer.finish();
  }

  private void toDocker(
      LayoutImages store, Places places, ArchiveOutput archive, List<Pinned> written)
      throws IOException {
    DockerArchiveWriter writer =
        new DockerArchiveWriter(archive, places.spool(), new GrowingPause(), context.progress());
    for (Reference reference : references) {
      Document root = store.manifest(store.require(reference));
      Manifest image = PlatformImage.choose(store, root, Optional.ofNullable(platform));
      writer.add(store, image, reference.tag().isEmpty() ? List.of() : List.of(reference.tagged()));
      written.add(Pinned.of(reference, image.document().digest()));
    }
    writer.finish();
  }
}
