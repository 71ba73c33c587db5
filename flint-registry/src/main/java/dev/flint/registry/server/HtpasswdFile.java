package dev.flint.registry.server;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of accounts as {@code htpasswd -B} writes it: {@code USER:HASH} lines, empty ones and
 * comments aside. As Docker's registry it takes bcrypt hashes only.
 */
final class HtpasswdFile {
  private static final int MAX_BYTES = 1 << 20;

  /**
   * A check takes about a second then; more of them would be a way to keep a small machine busy.
   */
  private static final int MAX_COST = 14;

  private final Path file;

  HtpasswdFile(Path file) {
    this.file = file;
  }

  /** Something that differs when the file was written or replaced since. */
  List<Object> version() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return Arrays.asList(
        attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
  }

  /**
   * The accounts by user name.
   *
   * @throws FlintException LOCAL_IO naming the line if one is not an account
   */
  Map<String, BcryptHash> read() throws IOException {
    Map<String, BcryptHash> accounts = new HashMap<>();
    int number = 0;
    for (String line : text().lines().map(String::strip).toList()) {
      number++;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      Optional<BcryptHash> hash =
          colon <= 0 ? Optional.empty() : BcryptHash.parse(line.substring(colon + 1));
      if (hash.isEmpty()) {
        throw malformed(number, "is not a user with a bcrypt password");
      }
      if (hash.get().cost() > MAX_COST) {
        throw malformed(number, "has a bcrypt cost above " + MAX_COST);
      }
      accounts.put(line.substring(0, colon), hash.get());
    }
    return Map.copyOf(accounts);
  }

  private String text() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new FlintException(
            ErrorCode.LOCAL_IO, "password file " + file + " is longer than 1 MiB");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** The line itself is a secret. */
  private FlintException malformed(int line, String what) {
    return new FlintException(
        ErrorCode.LOCAL_IO,
        "line " + line + " of password file " + file + " " + what,
        "make it with: htpasswd -B -C 10 " + file + " USER");
  }
}
