package dev.flint.testing;

import java.util.Random;

/** Disks put together of data, text, zeros and pieces that come again; the same in each run. */
public final class Patchwork {
  private static final int MAX_PIECE = 300_000;

  private Patchwork() {}

  /** A disk of some bytes. */
  public static byte[] disk(long seed, int size) {
    Random random = new Random(seed);
    byte[] disk = new byte[size];
    int at = 0;
    while (at < size) {
      int length = 1 + random.nextInt(random.nextBoolean() ? MAX_PIECE : 5000);
      int end = Math.min(size, at + length);
      switch (random.nextInt(5)) {
        case 0, 1 -> data(random, disk, at, end);
        case 2 -> text(random, disk, at, end);
        case 3 -> again(random, disk, at, end);
        default -> {}
      }
      at = random.nextInt(3) == 0 ? (end + 4095) / 4096 * 4096 : end;
    }
    return disk;
  }

  /** Data that cannot be compressed. */
  public static byte[] noise(long seed, int size) {
    byte[] disk = new byte[size];
    new Random(seed).nextBytes(disk);
    return disk;
  }

  private static void data(Random random, byte[] disk, int from, int to) {
    byte[] piece = new byte[to - from];
    random.nextBytes(piece);
    System.arraycopy(piece, 0, disk, from, piece.length);
  }

  private static void text(Random random, byte[] disk, int from, int to) {
    for (int i = from; i < to; i++) {
      disk[i] = (byte) ('a' + random.nextInt(4));
    }
  }

  private static void again(Random random, byte[] disk, int from, int to) {
    int start = from == 0 ? 0 : random.nextInt(from);
    System.arraycopy(disk, start, disk, from, Math.min(to - from, from - start));
  }
}
