package dev.flint.cli.command;

import dev.flint.oci.Platform;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which image of an index is meant. */
final class PlatformOption {
  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Of an image for several platforms. Default: linux on this machine.")
  private @Nullable Platform platform;

  Platform platform() {
    return platform == null ? Platform.host() : platform;
  }
}
