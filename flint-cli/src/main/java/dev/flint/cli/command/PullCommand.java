package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.oci.Document;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.foreignimage.ForeignImage;
import dev.flint.oci.foreignimage.ForeignProbe;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.DiskPull;
import dev.flint.oci.image.DiskPull.Pulled;
import dev.flint.oci.image.ImageFile;
import dev.flint.oci.image.ImageFiles;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.FreeSpace;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.Fetched;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.MountSource;
import dev.flint.oci.transfer.PlatformCheck;
import dev.flint.oci.transfer.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint pull}. */
@Command(
    name = "pull",
    sortOptions = false,
    description = "Fetch an image into the local store, or straight to a disk.",
    footer = {
      "",
      "Every byte is checked against its digest before it is kept. Of an image for",
      "several platforms the one for this machine is taken. Prints the reference with",
      "its digest.",
      "",
      "What is there already is not fetched again: the rest of a pull that was cut,",
      "and chunks that other images of the store or the disks of --from-disk have.",
      "With --unpack nothing is stored: the disk is written as it arrives, and its",
      "path printed.",
      "",
      "Example:  flint pull localhost:5000/demo/osv-hello:1.0",
      "          flint pull localhost:5000/demo/web:2 --unpack --to web2.qcow2 \\",
      "              --from-disk web1.qcow2"
    })
public final class PullCommand implements Callable<Integer> {
  private final Context context;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "REF", description = "HOST/REPOSITORY[:TAG][@DIGEST].")
  Reference reference;

  @ArgGroup Platforms platforms = new Platforms();

  /** One platform, or all. */
  static final class Platforms {
    @Option(
        names = "--platform",
        paramLabel = "OS/ARCH",
        description =
            "Platform of the image, if there are several. Default: linux on this machine.")
    @Nullable Platform platform;

    @Option(names = "--all-platforms", description = "Take the image for every platform.")
    boolean all;
  }

  @Option(
      names = "--from-disk",
      paramLabel = "FILE",
      description =
          "A disk that may have chunks of the image, such as its last version. Repeatable.")
  List<Path> disks = new ArrayList<>();

  @Option(
      names = "--unpack",
      description = "Write the disk and store nothing; by default into the Capstan repository.")
  boolean unpack;

  @Mixin DiskOutput output = new DiskOutput();

  @Mixin OutputOptions format = new OutputOptions();

  @Mixin PublishOptions published = new PublishOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  @Mixin JobsOption jobs = new JobsOption();

  /** Works in a context. */
  public PullCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (!unpack && output.isGiven()) {
      throw new ParameterException(
          spec.commandLine(), "--to and --to-capstan go with --unpack; or use flint unpack");
    }
    if (unpack && platforms.all) {
      throw new ParameterException(spec.commandLine(), "--unpack takes one platform");
    }
    published.check(context);
    ImageSource source = context.source(registry, reference);
    if (platforms.platform != null) {
      PlatformCheck.check(source, reference, platforms.platform);
    }
    try (DiskSeeds seeds = DiskSeeds.open(disks)) {
      if (unpack) {
        toDisk(source, seeds);
      } else {
        toStore(source, seeds);
      }
    }
    return 0;
  }

  private void toStore(ImageSource source, DiskSeeds seeds) throws IOException {
    try (OciLayout store = context.store()) {
      try (OciLayout.Use use = store.use()) {
        Transfer transfer =
            new Transfer(
                source,
                context.pullTarget(store, seeds.seeds()),
                context.progress(),
                jobs.count(),
                MountSource.NONE);
        Document pulled = transfer.copy(reference, reference, platform());
        publish(pulled, new LayoutImages(store));
        report(pulled, transfer.fetched(), List.of());
      }
      // What a moved name pointed to may have no other name.
      new GarbageCollector(store).sweep();
    }
  }

  private void toDisk(ImageSource source, DiskSeeds seeds) throws IOException {
    DiskImage image = DiskImage.read(source, reference, platform().orElseGet(Platform::host));
    DiskPull pull = context.diskPull(output.maxSize());
    if (ImageFiles.areIn(image)) {
      toFiles(source, seeds, image, pull);
      return;
    }
    Optional<ForeignImage> foreign = ForeignProbe.byDocuments(image);
    if (foreign.isPresent()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          reference + " is " + foreign.get().kind().label(),
          "pull it without --unpack, then use flint unpack");
    }
    FreeSpace space = new FreeSpace();
    Path folder = output.folder(context);
    List<Fetched> fetched = new ArrayList<>();
    Path written =
        output.write(
            context,
            reference,
            image,
            true,
            disk -> {
              Pulled pulled =
                  pull.pull(
                      source,
                      image,
                      disk,
                      seeds.seeds(),
                      context.progress(),
                      bytes -> space.require(folder, bytes));
              fetched.add(pulled.fetched());
              return pulled.disk();
            });
    publish(image.manifest().document(), source);
    report(image.manifest().document(), fetched.get(0), List.of(written));
  }

  private void toFiles(ImageSource source, DiskSeeds seeds, DiskImage image, DiskPull pull)
      throws IOException {
    FreeSpace space = new FreeSpace();
    List<Fetched> fetched = new ArrayList<>();
    List<DiskOutput.Part> parts = new ArrayList<>();
    for (ImageFile file : ImageFiles.of(image)) {
      parts.add(
          new DiskOutput.Part(
              file.role(),
              UnpackedFiles.name(file.role()),
              file.digest(),
              target ->
                  fetched.add(
                      pull.pullFile(
                          source,
                          file,
                          target,
                          seeds.seeds(),
                          context.progress(),
                          bytes -> space.require(output.folder(context), bytes)))));
    }
    List<Path> written = output.writeParts(parts, parts.size() == 1, true);
    publish(image.manifest().document(), source);
    Fetched all = fetched.stream().reduce(Fetched.NOTHING, Fetched::plus);
    report(image.manifest().document(), all, written);
  }

  private void publish(Document pulled, ImageSource from) throws IOException {
    published.write(context, () -> List.of(PublishedImage.of(reference.tagged(), pulled, from)));
  }

  private void report(Document pulled, Fetched fetched, List<Path> files) throws FlintException {
    Pinned image = Pinned.of(reference, pulled.digest());
    List<String> paths = files.stream().map(Path::toString).toList();
    if (format.isTable()) {
      note(image, fetched, !paths.isEmpty());
    }
    JsonObject json =
        image
            .json()
            .first("schema", "pull/v1")
            .with("fetchedBytes", fetched.fetchedBytes())
            .with("reusedBytes", fetched.reusedBytes())
            .with("requests", fetched.requests())
            .withStrings("paths", paths);
    List<String> lines = paths.isEmpty() ? List.of(image.text()) : paths;
    format.print(context, new Result(json, "", () -> lines, () -> lines));
  }

  private void note(Pinned image, Fetched fetched, boolean isUnpacked) {
    if (fetched.reusedBytes() > 0) {
      context.note(
          "fetched %s in %d requests, reused %s"
              .formatted(
                  Sizes.of(fetched.fetchedBytes()),
                  fetched.requests(),
                  Sizes.of(fetched.reusedBytes())));
    }
    if (isUnpacked) {
      context.note("pulled " + image.text());
    }
  }

  private Optional<Platform> platform() {
    return platforms.all
        ? Optional.empty()
        : Optional.of(platforms.platform == null ? Platform.host() : platforms.platform);
  }
}
