package dev.flint.cli.command;

import dev.flint.cli.help.OptionSection;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which credentials file to use. */
@OptionSection("Registry options")
final class AuthFileOption {
  @Option(
      names = "--authfile",
      paramLabel = "FILE",
      description = "Credentials file, in place of all others. Default: $REGISTRY_AUTH_FILE.")
  @Nullable Path authFile;

  Optional<Path> authFile() {
    return Optional.ofNullable(authFile);
  }
}
