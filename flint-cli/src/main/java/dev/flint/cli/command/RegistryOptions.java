package dev.flint.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to reach a registry; the same for every command that does. */
final class RegistryOptions {
  @Option(
      names = "--plain-http",
      negatable = true,
      description = "Use http without TLS. Default: only for localhost and loopback addresses.")
  private @Nullable Boolean plainHttp;

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      description = "Trust the certificate authorities in this PEM file too.")
  private @Nullable Path caFile;

  /** As if these had been given: for a registry that is not named by a reference. */
  static RegistryOptions of(boolean plainHttp, Optional<Path> caFile) {
    RegistryOptions options = new RegistryOptions();
    options.plainHttp = plainHttp;
    options.caFile = caFile.orElse(null);
    return options;
  }

  Optional<Boolean> plainHttp() {
    return Optional.ofNullable(plainHttp);
  }

  Optional<Path> caFile() {
    return Optional.ofNullable(caFile);
  }
}
