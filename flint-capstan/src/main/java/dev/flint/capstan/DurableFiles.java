package dev.flint.capstan;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes that survive a power cut. */
final class DurableFiles {
  private DurableFiles() {}

  /** Waits until a file's bytes, or a directory's entries, are on the disk. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      channel.force(true);
    }
  }

  /** Writes a small file that must not exist, and waits until it is on the disk. */
  static void writeNew(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    sync(file);
  }
}
