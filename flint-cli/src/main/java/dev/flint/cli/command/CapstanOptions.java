package dev.flint.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the Capstan repository is. */
final class CapstanOptions {
  @Option(
      names = "--capstan-root",
      paramLabel = "DIR",
      description = "Capstan repository. Default: $CAPSTAN_ROOT, else ~/.capstan.")
  @Nullable Path root;

  Optional<Path> root() {
    return Optional.ofNullable(root);
  }
}
