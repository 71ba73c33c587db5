package dev.flint.cli.command;

import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.GuestSink;
import dev.flint.oci.disk.TargetShape;
import dev.flint.oci.error.FlintException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What kind of disk is to be made, in the words of qemu-img. */
final class TargetOptions {
  /** Less than qemu-img makes, and in less time, also by the JDK's zlib. */
  private static final int DEFLATE_LEVEL = 5;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  /** The formats that can be written. */
  enum Format {
    /** QEMU's own. */
    qcow2,
    /** The guest's bytes. */
    raw;

    /** What a file of this name is expected to be. */
    static Format usual(Path target) {
      String name = String.valueOf(target.getFileName()).toLowerCase(Locale.ROOT);
      return name.endsWith(".raw") || name.endsWith(".img") ? raw : qcow2;
    }
  }

  /** The compressions of qcow2, as QEMU calls them. */
  enum Compression {
    /** Deflate. */
    zlib,
    /** Zstandard. */
    zstd
  }

  @Option(
      names = {"-O", "--to-format"},
      paramLabel = "FORMAT",
      description =
          "Make this: ${COMPLETION-CANDIDATES}. Default: raw for a name in .raw or .img, else"
              + " qcow2.")
  @Nullable Format format;

  @Option(
      names = {"-c", "--compress"},
      description = "Compress the clusters of a qcow2.")
  boolean compress;

  @Option(
      names = "--compression-type",
      paramLabel = "TYPE",
      description =
          "With -c: ${COMPLETION-CANDIDATES}. Default: zlib. QEMU reads zstd since 5.1, and much"
              + " faster.")
  @Nullable Compression type;

  @Option(
      names = "--cluster-size",
      paramLabel = "SIZE",
      converter = ClusterSizeConverter.class,
      description = "Of a qcow2: a power of two from 512 to 2M. Default: 64k.")
  @Nullable Integer clusterSize;

  static final class ClusterSizeConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      long bytes = new OptionTexts.SizeConverter().convert(text);
      if (Long.bitCount(bytes) != 1 || bytes < 512 || bytes > 2 << 20) {
        throw new TypeConversionException("expected a power of two from 512 to 2M: " + text);
      }
      return (int) bytes;
    }
  }

  /** What is wanted for a file of a name. */
  TargetShape shape(Path target) throws FlintException {
    if (format(target) == Format.qcow2) {
      return new TargetShape.Qcow2(
          clusterSize == null ? GuestSink.USUAL_CLUSTER_SIZE : clusterSize, codec());
    }
    if (compress || clusterSize != null) {
      throw wrong((compress ? "-c" : "--cluster-size") + " is for qcow2, not for a raw disk");
    }
    return new TargetShape.Raw();
  }

  private Format format(Path target) {
    if (format != null) {
      return format;
    }
    String name = String.valueOf(target.getFileName()).toLowerCase(Locale.ROOT);
    for (DiskFormat other : new DiskFormat[] {DiskFormat.VDI, DiskFormat.VMDK}) {
      if (name.endsWith("." + other.id()) || name.endsWith(other.capstanSuffix())) {
        throw wrong(target + " is called like a format that Flint does not write; choose with -O");
      }
    }
    return Format.usual(target);
  }

  private Optional<Codec> codec() throws FlintException {
    if (!compress) {
      if (type != null) {
        throw wrong("--compression-type goes with -c");
      }
      return Optional.empty();
    }
    Codecs codecs = Codecs.ofThisMachine();
    return Optional.of(
        type == Compression.zstd ? codecs.zstd() : codecs.gzip(DeflateChoice.AUTO, DEFLATE_LEVEL));
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
