package dev.flint.build.input;

import dev.flint.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Digests of files, each read once for all variants of a build, as long as it looks the same: who
 * sees a new look must not get the digest of the old content. Thread-safe.
 */
public final class FileDigests {
  private static final int BUFFER = 128 * 1024;

  private record Seen(Path file, FileLook look) {}

  private final Map<Seen, Digest> known = new ConcurrentHashMap<>();

  Digest of(Path file) throws IOException {
    Seen seen = new Seen(file, FileLook.of(file));
    Digest digest = known.get(seen);
    if (digest == null) {
      digest = read(file);
      known.put(seen, digest);
    }
    return digest;
  }

  private static Digest read(Path file) throws IOException {
    MessageDigest hasher = Digest.sha256Hasher();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hasher.update(buffer, 0, n);
      }
    }
    return Digest.of(hasher.digest());
  }
}
