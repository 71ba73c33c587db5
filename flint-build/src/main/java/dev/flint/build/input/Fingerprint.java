package dev.flint.build.input;

import dev.flint.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Tells whether what a variant is made of has changed. What the files look like from outside (size,
 * times, inode) is asked first; if that is as it was, so is their content. If not, the content
 * decides: a fresh check-out changes times only. Immutable.
 */
public final class Fingerprint {
  /** A change within the grain of a file's times leaves them as they were. */
  private static final Duration GRAIN = Duration.ofSeconds(2);

  private final Digest recipe;
  private final List<Entry> entries;
  private final FileDigests digests;

  /**
   * Of a recipe and the files for it.
   *
   * @param recipe of a {@link Recipe}: all that is not a file
   * @param entries in the order in which they go over each other
   * @param digests of files that were read already
   */
  public Fingerprint(Digest recipe, List<Entry> entries, FileDigests digests) {
    this.recipe = recipe;
    this.entries = List.copyOf(entries);
    this.digests = digests;
  }

  /**
   * What it looks like from outside.
   *
   * @param now before any of the files is read
   * @return empty if a file changed so shortly before that it could change again unnoticed
   */
  public String look(Instant now) throws IOException {
    MessageDigest hasher = Digest.sha256Hasher();
    Instant latest = Instant.MIN;
    put(hasher, recipe.toString());
    for (Entry entry : entries) {
      describe(hasher, entry);
      put(hasher, entry.source().toString());
      if (entry.folder()) {
        continue;
      }
      FileLook look = FileLook.of(entry.source());
      put(hasher, look.text());
      latest = look.changed().isAfter(latest) ? look.changed() : latest;
    }
    return latest.isAfter(now.minus(GRAIN)) ? "" : Digest.of(hasher.digest()).toString();
  }

  /** What is in it: equal only if a build would make the same. */
  public String content() throws IOException {
    MessageDigest hasher = Digest.sha256Hasher();
    put(hasher, recipe.toString());
    for (Entry entry : entries) {
      describe(hasher, entry);
      put(hasher, entry.folder() ? "" : digests.of(entry.source()).toString());
    }
    return Digest.of(hasher.digest()).toString();
  }

  private static void describe(MessageDigest hasher, Entry entry) {
    put(hasher, entry.target());
    put(hasher, (entry.folder() ? "d" : "f") + entry.mode() + " " + entry.owner());
  }

  /** With its length, so that no two lists of texts are hashed alike. */
  static void put(MessageDigest hasher, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hasher.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    hasher.update(bytes);
  }
}
