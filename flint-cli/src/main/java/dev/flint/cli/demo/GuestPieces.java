package dev.flint.cli.demo;

import dev.flint.oci.disk.GuestBytes;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/**
 * A disk that is zero but for a few pieces.
 *
 * @param size in bytes
 * @param pieces by offset, not overlapping
 */
record GuestPieces(long size, SortedMap<Long, byte[]> pieces) implements GuestBytes {
  @Override
  public int read(long offset, byte[] into) {
    int length = (int) Math.min(into.length, size - offset);
    Arrays.fill(into, (byte) 0);
    for (Map.Entry<Long, byte[]> piece : pieces.entrySet()) {
      long from = Math.max(offset, piece.getKey());
      long to = Math.min(offset + length, piece.getKey() + piece.getValue().length);
      if (from < to) {
        System.arraycopy(
            piece.getValue(),
            (int) (from - piece.getKey()),
            into,
            (int) (from - offset),
            (int) (to - from));
      }
    }
    return length;
  }
}
