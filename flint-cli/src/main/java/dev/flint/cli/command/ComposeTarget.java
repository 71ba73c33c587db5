package dev.flint.cli.command;

import dev.flint.build.osv.DiskStore;
import dev.flint.capstan.CapstanName;
import dev.flint.capstan.IndexYaml;
import dev.flint.cli.command.TargetOptions.Format;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.GuestSink;
import dev.flint.oci.disk.TargetShape;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.store.NamedChannel;
import dev.flint.oci.store.OutputFile;
import dev.flint.osv.compose.DiskComposer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a composed disk goes, and as what. */
final class ComposeTarget {

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @ArgGroup Place place = new Place();

  /** One of two places. */
  static final class Place {
    @Option(
        names = "--to-capstan",
        paramLabel = "NAME",
        description = "Into the Capstan repository, under this name.")
    @Nullable String capstanName;

    @Option(
        names = "--to",
        paramLabel = "FILE",
        converter = DiskFileConverter.class,
        description = "Into this file.")
    @Nullable Path file;
  }

  @Option(names = "--force", description = "Replace what is there.")
  boolean force;

  @Option(
      names = {"-O", "--to-format"},
      paramLabel = "FORMAT",
      description =
          "Make this: ${COMPLETION-CANDIDATES}. Default: raw for a name in .raw or .img, else qcow2.")
  @Nullable Format format;

  @Option(
      names = {"-c", "--compress"},
      description = "Compress the clusters of a qcow2.")
  boolean compress;

  @Mixin CapstanOptions capstan = new CapstanOptions();

  /** Checks what needs no file. */
  void check() {
    if (format() == Format.raw && compress) {
      throw wrong("-c is for qcow2, not for a raw disk");
    }
    if (format() == Format.raw && place.file == null) {
      throw wrong("Capstan runs no raw disks; write one with --to FILE");
    }
  }

  private Format format() {
    if (format != null) {
      return format;
    }
    return place.file == null ? Format.qcow2 : Format.usual(place.file);
  }

  CapstanOptions capstan() {
    return capstan;
  }

  /** What is about to be written, and what a run that was killed may have left of it. */
  Set<Path> files() {
    if (place.file == null) {
      return Set.of();
    }
    Path file = place.file;
    String temporary = OutputFile.temporaryName(String.valueOf(file.getFileName()));
    return Set.of(file, file.resolveSibling(temporary));
  }

  /**
   * Writes a disk, which appears whole or not at all.
   *
   * @param name of the package, or empty
   * @param version of the package, or empty
   * @return where it is
   */
  Path write(Context context, DiskComposer disk, String name, String version) throws IOException {
    if (place.file != null) {
      try (OutputFile output = OutputFile.create(place.file, force)) {
        fill(context, disk, output.channel(), place.file.toString());
        output.publish();
      }
      return place.file;
    }
    CapstanName image = capstanName(name);
    String created = IndexYaml.friendly(created(context));
    return context
        .capstan(capstan)
        .put(
            image,
            new IndexYaml(version, created, "", "", ""),
            force,
            file -> {
              try (FileChannel channel =
                  NamedChannel.open(
                      file,
                      StandardOpenOption.READ,
                      StandardOpenOption.WRITE,
                      StandardOpenOption.CREATE_NEW)) {
                fill(context, disk, channel, image.text());
              }
              return DiskFormat.QCOW2;
            });
  }

  private void fill(Context context, DiskComposer disk, FileChannel channel, String item)
      throws IOException {
    try (Meter meter = Meter.start(context.progress(), item, disk.size());
        GuestSink sink = shape().open(channel, disk.size(), context.threads())) {
      disk.write(sink, meter::advance);
      meter.finish(Outcome.DONE);
    }
  }

  private TargetShape shape() throws IOException {
    return format() == Format.raw
        ? new TargetShape.Raw()
        : TargetShape.qcow2(
            compress
                ? Optional.of(
                    Codecs.ofThisMachine().gzip(DeflateChoice.AUTO, DiskStore.CLUSTER_LEVEL))
                : Optional.empty());
  }

  private Instant created(Context context) {
    return SourceDate.of(context.env(), spec).orElseGet(() -> Clock.systemUTC().instant());
  }

  private CapstanName capstanName(String packageName) {
    String text = Optional.ofNullable(place.capstanName).orElse(packageName);
    if (text.isEmpty()) {
      throw wrong("nothing names the disk; choose with --to-capstan NAME or --to FILE");
    }
    try {
      return CapstanName.parse(text);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
