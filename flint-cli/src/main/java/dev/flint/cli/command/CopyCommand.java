package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.archive.ArchiveOutput;
import dev.flint.oci.archive.ArchiveTarget;
import dev.flint.oci.archive.CopyTarget;
import dev.flint.oci.archive.DockerArchiveWriter;
import dev.flint.oci.archive.ImageCopy;
import dev.flint.oci.archive.LayoutArchiveWriter;
import dev.flint.oci.archive.LayoutTarget;
import dev.flint.oci.archive.Location;
import dev.flint.oci.archive.Location.Form;
import dev.flint.oci.archive.NamedTarget;
import dev.flint.oci.archive.PlatformImage;
import dev.flint.oci.archive.StoreTarget;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.GrowingPause;
import dev.flint.oci.transfer.MountSource;
import dev.flint.oci.transfer.ReferrerSource;
import dev.flint.oci.transfer.SourceRepository;
import java.io.IOException;
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

/** {@code flint copy}. */
@Command(
    name = "copy",
    sortOptions = false,
    description = "Copy an image between registries, layouts and archives.",
    footer = {
      "",
      "SRC and DST are places:",
      "  HOST/REPOSITORY[:TAG][@DIGEST]   in a registry",
      "  store:REF                        in the local store",
      "  oci:DIR[:NAME]                   in an OCI image layout",
      "  oci-archive:FILE[:NAME]          in a tar of one",
      "  docker-archive:FILE[:REF]        in what docker save writes",
      "  -                                standard input; on standard output, an",
      "                                   oci-archive",
      "",
      "Everything goes byte for byte, an image for several platforms as a whole. Only",
      "to a docker-archive layers are decompressed, and one platform is taken, as",
      "docker load needs it.",
      "",
      "Example:  flint copy localhost:5000/demo/osv-hello:1.0 oci-archive:hello.tar:1.0",
      "          flint copy oci:layout:1.0 localhost:5000/demo/app:1.0 --recursive"
    })
public final class CopyCommand implements Callable<Integer> {
  private final Context context;

  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SRC", description = "Where the image is.")
  Location source;

  @Parameters(index = "1", paramLabel = "DST", description = "Where it shall be.")
  Location target;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Platform of the image, if there are several. Default: all of them.")
  @Nullable Platform platform;

  @Option(
      names = "--recursive",
      description = "Copy signatures and whatever else refers to the image too.")
  boolean recursive;

  @Mixin JobsOption jobs = new JobsOption();

  @Mixin ArchiveOptions archives = new ArchiveOptions();

  @Mixin OutputOptions format = new OutputOptions();

  @Mixin PublishOptions published = new PublishOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public CopyCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    check();
    try (Places places = new Places(context, registry, context.spool(archives.maxSize()))) {
      Origin origin = places.origin(source);
      if (target instanceof Location.Archive archive) {
        try (ArchiveOutput output = places.output(archive, archives.force())) {
          if (archive.form() == Form.DOCKER) {
            toDocker(places, origin, archive, output);
          } else {
            LayoutArchiveWriter writer = new LayoutArchiveWriter(output, new GrowingPause());
            CopyTarget to = new ArchiveTarget(writer, archive.name());
            copy(origin, new ImageCopy(origin.images(), to, context.progress()));
          }
        }
      } else {
        copy(
            origin,
            new ImageCopy(
                origin.images(), target(places), context.progress(), jobs.count(), mounts()));
      }
    }
    return 0;
  }

  private void check() throws IOException {
    published.check(context);
    if (source instanceof Location.Archive archive && archive.file().isEmpty()) {
      registry.credentials().leaveInputTo("the archive");
    }
    boolean digest =
        (target instanceof Location.Registry place && place.reference().digest().isPresent())
            || (target instanceof Location.Store stored && stored.reference().digest().isPresent());
    if (digest) {
      throw new ParameterException(spec.commandLine(), "a new name has no digest: " + target);
    }
    if (recursive && target instanceof Location.Archive archive && archive.form() == Form.DOCKER) {
      throw new ParameterException(
          spec.commandLine(), "a docker-archive holds nothing that refers to images");
    }
  }

  private CopyTarget target(Places places) throws IOException {
    if (target instanceof Location.Registry place) {
      return new NamedTarget(places.repository(place), place.reference());
    }
    if (target instanceof Location.Store place) {
      return new StoreTarget(
          context.pullTarget(places.storeToChange(), List.of()), place.reference());
    }
    Location.Folder place = (Location.Folder) target;
    return new LayoutTarget(places.folder(place.folder(), true).layout(), place.name());
  }

  private MountSource mounts() {
    return source instanceof Location.Registry from
            && target instanceof Location.Registry to
            && from.reference().host().equals(to.reference().host())
        ? new SourceRepository(from.reference().repository())
        : MountSource.NONE;
  }

  private void copy(Origin origin, ImageCopy copy) throws IOException {
    Document copied =
        copy.copy(
            origin.root(),
            Optional.ofNullable(platform),
            recursive ? origin.referrers() : ReferrerSource.NONE);
    publish(copied, origin);
    report(copied, copy.fetched());
  }

  private void toDocker(
      Places places, Origin origin, Location.Archive archive, ArchiveOutput output)
      throws IOException {
    Manifest image =
        PlatformImage.choose(origin.images(), origin.root(), Optional.ofNullable(platform));
    DockerArchiveWriter writer =
        new DockerArchiveWriter(output, places.spool(), new GrowingPause(), context.progress());
    writer.add(origin.images(), image, archive.name().stream().toList());
    writer.finish();
    publish(image.document(), origin);
    report(image.document(), Fetched.NOTHING);
  }

  private void publish(Document copied, Origin origin) throws IOException {
    published.write(
        context, () -> List.of(PublishedImage.of(target.toString(), copied, origin.images())));
  }

  private void report(Document copied, Fetched fetched) throws FlintException {
    Pinned image = new Pinned(target.toString(), copied.digest());
    if (target instanceof Location.Archive archive && archive.file().isEmpty()) {
      context.note("copied " + image.text());
    } else {
      JsonObject json =
          image
              .json()
              .with("fetchedBytes", fetched.fetchedBytes())
              .with("reusedBytes", fetched.reusedBytes())
              .with("requests", fetched.requests());
      format.print(context, Result.object("copy/v1", json, image.text()));
    }
  }
}
