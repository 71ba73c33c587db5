package dev.flint.cli.command;

import dev.flint.build.osv.DiskStore;
import dev.flint.cli.help.OptionSection;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.error.FlintException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How the layer of a new image is compressed. */
@OptionSection("Layer options")
final class LayerOptions {
  @Spec(Target.MIXEE)
  CommandSpec spec;

  /** The compressions there are. */
  enum Format {
    /** What every reader takes. */
    gzip,
    /** Smaller and faster, for readers that know it. */
    zstd,
    /** Not at all. */
    none
  }

  @Option(
      names = "--compression",
      paramLabel = "FORMAT",
      defaultValue = "gzip",
      description =
          "Of the layer: ${COMPLETION-CANDIDATES}. Default: gzip. The published Feather agent"
              + " cannot run zstd; none has no table of chunks, so updates cannot share anything.")
  Format compression;

  @Option(
      names = "--deflate",
      paramLabel = "ENGINE",
      description =
          "Library that makes gzip: auto, jdk, libdeflate. Default: auto, which is libdeflate where it is installed. Digests depend on it.")
  @Nullable DeflateChoice deflate;

  @Option(
      names = "--level",
      paramLabel = "N",
      description =
          "Compression level. Gzip has 1 to 9, with libdeflate to 12, by default 2; zstd has 1 to"
              + " 19, by default 3.")
  @Nullable Integer level;

  /** What the defaults are. */
  static Codec usual(Codecs codecs) throws FlintException {
    return codecs.gzip(DeflateChoice.AUTO);
  }

  Codec codec(Codecs codecs) throws FlintException {
    if (deflate != null && compression != Format.gzip) {
      throw wrong("--deflate goes with gzip, not with --compression " + compression);
    }
    try {
      return switch (compression) {
        case gzip -> gzip(codecs, deflate == null ? DeflateChoice.AUTO : deflate);
        case zstd -> level == null ? codecs.zstd() : codecs.zstd(level);
        case none -> plain(codecs);
      };
    } catch (IllegalArgumentException e) {
      throw wrong("--level: " + e.getMessage());
    }
  }

  /** What compresses the clusters of disks that are made for images. */
  Codec clusters(Codecs codecs) throws FlintException {
    return codecs.gzip(deflate == null ? DeflateChoice.AUTO : deflate, DiskStore.CLUSTER_LEVEL);
  }

  private Codec gzip(Codecs codecs, DeflateChoice engine) throws FlintException {
    return level == null ? codecs.gzip(engine) : codecs.gzip(engine, level);
  }

  private Codec plain(Codecs codecs) {
    if (level != null) {
      throw wrong("--level goes with gzip or zstd, not with --compression none");
    }
    return codecs.plain();
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
