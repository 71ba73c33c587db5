package dev.flint.registry.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Password files of tests. */
final class Htpasswd {
  /** {@code user} with the password {@code p:w}, which Docker's registry takes too. */
  static final String ACCOUNT = "user:$2y$05$abcdefghijklmnopqrstuuM7E59t/pBLB8x4aZysvBLD.kgRitkEK";

  /** {@code other} with 80 times the letter x, made by htpasswd -B of Apache 2.4. */
  static final String OTHER = "other:$2y$06$BjsyOzCtzsVB7tu9mGBcoevk89Ju.FW/wHMBOn6qrccWwSNe2v0gu";

  private Htpasswd() {}

  /** Writes a file anew, as one move. */
  static Path write(Path file, String... lines) throws IOException {
    Path temporary =
        Files.writeString(
            file.resolveSibling(file.getFileName() + ".new"),
            String.join("\n", lines) + "\n",
            StandardCharsets.UTF_8);
    return Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
