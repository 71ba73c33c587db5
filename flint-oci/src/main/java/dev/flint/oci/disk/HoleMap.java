package dev.flint.oci.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * A file opened for reading, and where it has holes: pieces that no block is allocated for, and
 * that need not be read to know that they are zero. Linux tells (lseek(2), SEEK_DATA); elsewhere,
 * and on any failure, the file seems to have none. For one thread.
 */
public final class HoleMap implements Closeable {
  private final FileChannel channel;
  private final long size;
  private final LongUnaryOperator nextData;
  private final Closeable holder;

  private HoleMap(FileChannel channel, LongUnaryOperator nextData, Closeable holder)
      throws IOException {
    this.channel = channel;
    this.size = channel.size();
    this.nextData = nextData;
    this.holder = holder;
  }

  /** Opens a file. Fails as {@link FileChannel#open} does. */
  public static HoleMap open(Path file) throws IOException {
    Optional<LinuxFile> known = LinuxFile.open(file);
    if (known.isPresent()) {
      LinuxFile linux = known.get();
      try {
        // Through the descriptor whose holes are asked for: a name may come to mean another file.
        return new HoleMap(read(linux.path()), linux::nextData, linux);
      } catch (IOException e) {
        // As where /proc is not there.
        linux.close();
      }
    }
    return new HoleMap(read(file), offset -> offset, () -> {});
  }

  private static FileChannel read(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  /** The file; closed with this. */
  public FileChannel channel() {
    return channel;
  }

  /**
   * How many bytes from an offset on are certainly zero, in a file that nobody writes to: 0 where
   * there may be data and beyond the end the file had when it was opened. At most one system call.
   */
  public long zerosAt(long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("negative offset " + offset);
    }
    if (offset >= size) {
      return 0;
    }
    return Math.max(0, Math.min(nextData.applyAsLong(offset), size) - offset);
  }

  @Override
  public void close() throws IOException {
    try (holder) {
      channel.close();
    }
  }
}
