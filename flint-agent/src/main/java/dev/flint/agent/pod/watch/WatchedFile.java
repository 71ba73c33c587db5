package dev.flint.agent.pod.watch;

import dev.flint.oci.Digest;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file as it was last seen.
 *
 * @param settled whether it was old enough when it was read that a later change has another time,
 *     and nothing is left to be done for it
 */
record WatchedFile(
    String name,
    Stamp stamp,
    boolean settled,
    @Nullable Digest digest,
    FileContent content,
    boolean missing) {

  /** File systems keep times to 10 ms, some to 2 s. */
  private static final long SETTLED_MILLIS = 2500;

  /** What changes whenever a file does, if the clock is fine enough. */
  record Stamp(long size, FileTime modified, String inode) {
    /** Of a file that nothing is known of. */
    static final Stamp UNKNOWN = new Stamp(-1, FileTime.fromMillis(0), "");

    static Stamp of(BasicFileAttributes attributes) {
      return new Stamp(
          attributes.size(), attributes.lastModifiedTime(), String.valueOf(attributes.fileKey()));
    }

    boolean isSettled(long nowMillis) {
      return Math.abs(nowMillis - modified.toMillis()) > SETTLED_MILLIS;
    }
  }

  /** Whether it need not be read again. */
  boolean isSame(Stamp now) {
    return settled && digest != null && stamp.equals(now);
  }

  WatchedFile gone() {
    return new WatchedFile(name, stamp, settled, digest, content, true);
  }

  /** Reads a file; what cannot be read is a problem of the file. */
  static WatchedFile read(
      Path file, Stamp stamp, long nowMillis, @Nullable WatchedFile before, PodCopies copies) {
    String name = String.valueOf(file.getFileName());
    boolean settled = stamp.isSettled(nowMillis);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(YamlReader.MAX_BYTES + 1);
    } catch (IOException e) {
      FileContent unread =
          new FileContent(List.of(), List.of(), List.of(name + " cannot be read: " + e));
      return new WatchedFile(name, stamp, false, null, whole(unread, file, before, copies), false);
    }
    Digest digest = Digest.sha256(bytes);
    FileContent content =
        before != null && digest.equals(before.digest)
            ? before.content
            : whole(FileContent.read(bytes, name), file, before, copies);
    // Read again until it is kept, as there may be no room now.
    boolean kept = !content.problems().isEmpty() || copies.keep(file, bytes);
    return new WatchedFile(name, stamp, settled && kept, digest, content, false);
  }

  /** With what a broken one had before. */
  private static FileContent whole(
      FileContent content, Path file, @Nullable WatchedFile before, PodCopies copies) {
    if (content.problems().isEmpty()) {
      return content;
    }
    return before == null ? content.orCopy(copies.find(file)) : content.orBefore(before.content);
  }
}
