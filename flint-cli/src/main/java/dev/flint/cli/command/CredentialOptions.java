package dev.flint.cli.command;

import dev.flint.cli.help.OptionSection;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.Credential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** With what to open a registry; the same for every command that reaches one. */
@OptionSection("Registry options")
final class CredentialOptions {
  @Option(
      names = {"-u", "--username"},
      paramLabel = "NAME",
      description = "User name, for the one registry that the command names.")
  @Nullable String username;

  @Option(
      names = "--password-stdin",
      description = "Read the password of --username from standard input.")
  boolean passwordStdin;

  @Mixin AuthFileOption file = new AuthFileOption();

  Optional<String> username() {
    return Optional.ofNullable(username);
  }

  boolean isPasswordStdin() {
    return passwordStdin;
  }

  /** Refuses a command that wants something else of standard input as well. */
  void leaveInputTo(String what) throws FlintException {
    if (passwordStdin) {
      throw new FlintException(
          ErrorCode.USAGE,
          "--password-stdin and " + what + " both want standard input",
          "log in first: flint login HOST");
    }
  }

  Optional<Path> authFile() {
    return file.authFile();
  }

  /**
   * The password that comes with the command.
   *
   * @throws FlintException USAGE for a name without a password or the reverse
   */
  Optional<Credential> given(SecretInput input) throws IOException {
    if (username == null && !passwordStdin) {
      return Optional.empty();
    }
    if (username == null || !passwordStdin) {
      throw new FlintException(
          ErrorCode.USAGE,
          "--username and --password-stdin go together",
          "or log in first: flint login HOST");
    }
    return Optional.of(new Credential.Basic(username, input.read("password")));
  }
}
