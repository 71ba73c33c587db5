package dev.flint.bench.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;

/** Overwrites the middle of a disk's largest file, as a guest does that runs from the disk. */
final class InPlaceEdit {
  private static final int MOST = 10_000_000;

  /** Where a file's bytes can start: the smallest block of the file systems used here. */
  private static final int STEP = 512;

  private static final int SAMPLE = 4096;
  private static final int WINDOW = 1 << 20;

  private InPlaceEdit() {}

  /** Puts noise over 10 MB, or a quarter of the file if that is less. */
  static void apply(Path disk, Path tree) throws IOException {
    Path largest = largest(tree);
    long size = Files.size(largest);
    byte[] sample = new byte[SAMPLE];
    try (FileChannel file = FileChannel.open(largest)) {
      file.read(ByteBuffer.wrap(sample), size / 2 / SAMPLE * SAMPLE);
    }
    byte[] noise = new byte[(int) Math.min(MOST, size / 4)];
    new Random(3).nextBytes(noise);
    try (FileChannel channel =
        FileChannel.open(disk, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(noise), find(channel, sample));
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
