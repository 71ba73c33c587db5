package dev.flint.cli.command;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes secrets from standard input, and from a person at a terminal who does not see them. */
final class SecretInput {
  /** More than any token; a helper's answer may have no more either. */
  private static final int MAX_BYTES = 32 * 1024;

  private final InputStream in;
  private final @Nullable Console terminal;

  /**
   * Reads from these.
   *
   * @param terminal the process's own; null if it has none
   */
  SecretInput(InputStream in, @Nullable Console terminal) {
    this.in = in;
    this.terminal = terminal;
  }

  /**
   * All of standard input, without the line end that {@code echo} adds.
   *
   * @param what names it in errors
   * @throws FlintException USAGE if there is nothing, too much, or more than one line
   */
  String read(String what) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new FlintException(ErrorCode.USAGE, "the " + what + " is longer than 32 KiB");
    }
    String text = new String(bytes, StandardCharsets.UTF_8).replaceFirst("\r?\n$", "");
    if (text.isEmpty()) {
      throw new FlintException(ErrorCode.USAGE, "standard input holds no " + what);
    }
    if (text.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
      throw new FlintException(ErrorCode.USAGE, "the " + what + " is more than one line");
    }
    return text;
  }

  /** Asks for a user name. */
  String askName() throws FlintException {
    return answer(terminal().readLine("Username: "), "user name");
  }

  /** Asks for a password, which the terminal does not show. */
  String askPassword() throws FlintException {
    char[] typed = terminal().readPassword("Password: ");
    return answer(typed == null ? null : new String(typed), "password");
  }

  private static String answer(@Nullable String typed, String what) throws FlintException {
    return Optional.ofNullable(typed)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> new FlintException(ErrorCode.USAGE, "no " + what + " was given"));
  }

  private Console terminal() throws FlintException {
    if (terminal == null) {
      throw new FlintException(
          ErrorCode.USAGE,
          "there is no terminal to ask for name and password",
          "use --username NAME --password-stdin");
    }
    return terminal;
  }
}
