package dev.flint.osv;

import dev.flint.oci.disk.GuestBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/** ROFS file systems in files and in memory. */
final class RofsFixture {
  private RofsFixture() {}

  static byte[] write(Path file, RofsTree tree) {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      new RofsWriter(tree, 1L << 30).write(channel);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that is found: contents of files, {@code -> target} of links, {@code /} for folders. */
  static Map<String, String> read(byte[] disk) throws IOException {
    return read(disk, 0);
  }

  static Map<String, String> read(byte[] disk, long offset) throws IOException {
    Map<String, String> found = new TreeMap<>();
    RofsReader reader = RofsReader.open(guest(disk), offset);
    reader.walk(
        entry -> {
          String what =
              switch (entry.kind()) {
                case FOLDER -> "/";
                case LINK -> "-> " + entry.target();
                case FILE -> {
                  try (InputStream in = reader.open(entry)) {
                    yield new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                  }
                }
              };
          if (found.put(entry.path(), what) != null) {
            throw new AssertionError("twice: " + entry.path());
          }
        });
    return found;
  }

  static GuestBytes guest(byte[] disk) {
    return new GuestBytes() {
      @Override
      public long size() {
        return disk.length;
      }

      @Override
      public int read(long offset, byte[] into) {
        int count = (int) Math.max(0, Math.min(into.length, disk.length - offset));
        System.arraycopy(disk, (int) Math.min(offset, disk.length), into, 0, count);
        return count;
      }
    };
  }
}
