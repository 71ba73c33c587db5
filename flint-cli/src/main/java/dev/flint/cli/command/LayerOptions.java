package dev.flint.cli.command;

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
final class LayerOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--deflate",
      paramLabel = "ENGINE",
      defaultValue = "auto",
      description =
          "Library that compresses: ${COMPLETION-CANDIDATES}. Default: auto, which is libdeflate"
              + " where it is installed. Digests depend on it.")
  private DeflateChoice deflate;

  @Option(
      names = "--level",
      paramLabel = "N",
      description = "Compression level, 1 to 9; libdeflate has 12. Default: 2.")
  private @Nullable Integer level;

  /** What the defaults are. */
  static Codec usual(Codecs codecs) throws FlintException {
    return codecs.gzip(DeflateChoice.AUTO);
  }

  Codec codec(Codecs codecs) throws FlintException {
    try {
      return level == null ? codecs.gzip(deflate) : codecs.gzip(deflate, level);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--level: " + e.getMessage());
    }
  }
}
