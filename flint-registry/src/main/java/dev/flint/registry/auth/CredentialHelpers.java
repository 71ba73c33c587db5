package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The credential helpers on this machine.
 *
 * @param env the environment they are looked for in and run with
 * @param limit how long one may take
 */
record CredentialHelpers(Map<String, String> env, Duration limit) {
  static final String PREFIX = "docker-credential-";

  /** Anything more, such as a path, would let a config file choose what program to run. */
  private static final Pattern SUFFIX = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /**
   * Finds a helper on the absolute part of PATH: one in the current folder is nobody's choice.
   *
   * @param place what names it
   * @return empty if it is not there
   * @throws FlintException POLICY for what cannot be a helper's name
   */
  Optional<CredentialHelper> find(String suffix, String place) throws FlintException {
    if (!SUFFIX.matcher(suffix).matches()) {
      throw new FlintException(
          ErrorCode.POLICY,
          place + " names a credential helper by more than a name, which is not run",
          "a helper's name is letters, digits, '_' and '-'");
    }
    for (String folder : env.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path program = Path.of(folder, PREFIX + suffix);
      if (program.isAbsolute() && Files.isExecutable(program) && Files.isRegularFile(program)) {
        return Optional.of(new CredentialHelper(program, env, limit));
      }
    }
    return Optional.empty();
  }

  /** Without the environment, which may hold secrets. */
  @Override
  public String toString() {
    return PREFIX + "*";
  }
}
