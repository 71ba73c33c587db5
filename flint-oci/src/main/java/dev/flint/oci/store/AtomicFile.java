package dev.flint.oci.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Publishing a file so that after any crash either the old or the new content is there: written
 * aside, flushed to the medium, renamed, and the rename flushed too.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Replaces or creates {@code target} with these bytes. */
  public static void write(Path target, byte[] bytes, Path temporary) throws IOException {
    try (FileChannel channel =
        new NamedChannel(
            FileChannel.open(
                temporary,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING),
            target)) {
      Pieces.write(channel, bytes, 0, bytes.length);
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    publish(temporary, target);
  }

  /** As {@link #write}, but what has these bytes is left: for that no room is needed. */
  public static void update(Path target, byte[] bytes, Path temporary) throws IOException {
    if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), bytes)) {
      write(target, bytes, temporary);
    }
  }

  /** Renames a file or folder whose content was already flushed, and flushes the rename. */
  public static void publish(Path temporary, Path target) throws IOException {
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    syncFolder(parent(target));
  }

  /** Flushes the entries of a folder, such as a rename or a removal in it. */
  public static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("has no parent folder: " + file);
    }
    return parent;
  }
}
