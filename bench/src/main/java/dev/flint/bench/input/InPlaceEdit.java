package dev.flint.bench.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Overwrites the second half of a disk's largest file, as a guest does that runs from the disk,
 * with bytes that are new but can be compressed as well as those before.
 */
final class InPlaceEdit {
  private static final int MOST = 10_000_000;

  /** Where a file's bytes can start: the smallest block of the file systems used here. */
  private static final int STEP = 512;

  private static final int SAMPLE = 4096;
  private static final int WINDOW = 1 << 20;
  private static final byte FLIP = 0x5a;

  private InPlaceEdit() {}

  /** Changes 10 MB from the middle on, or half of the file if that is less. */
  static void apply(Path disk, Path tree) throws IOException {
    Path largest = largest(tree);
    long size = Files.size(largest);
    byte[] sample = new byte[SAMPLE];
    try (FileChannel file = FileChannel.open(largest)) {
      file.read(ByteBuffer.wrap(sample), size / 2 / SAMPLE * SAMPLE);
    }
    try (FileChannel channel =
        FileChannel.open(disk, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long at = find(channel, sample);
      byte[] bytes = new byte[(int) Math.min(MOST, size / 2)];
      channel.read(ByteBuffer.wrap(bytes), at);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= FLIP;
      }
      channel.write(ByteBuffer.wrap(bytes), at);
    }
  }

  private static Path largest(Path tree) throws IOException {
    try (var files = Files.walk(tree)) {
      return files
          .filter(Files::isRegularFile)
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow(() -> new IOException(tree + " has no files"));
    }
  }

  private static long find(FileChannel disk, byte[] sample) throws IOException {
    byte[] window = new byte[WINDOW + SAMPLE];
    for (long at = 0; at < disk.size(); at += WINDOW) {
      int length = disk.read(ByteBuffer.wrap(window), at);
      for (int i = 0; i < WINDOW && i + SAMPLE <= length; i += STEP) {
        if (Arrays.equals(window, i, i + SAMPLE, sample, 0, SAMPLE)) {
          return at + i;
        }
      }
    }
    throw new IOException("the disk does not hold its largest file as it is");
  }
}
