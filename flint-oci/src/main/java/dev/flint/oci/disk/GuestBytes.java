package dev.flint.oci.disk;

import java.io.IOException;
import java.util.Arrays;

/** A disk as its guest sees it. */
public interface GuestBytes {
  /** The disk's size in bytes. */
  long size();

  /**
   * Reads bytes of the guest's disk.
   *
   * @param offset the guest offset of the first byte, not negative
   * @return the number of bytes put at the start of {@code into}: all of it, or what there is up to
   *     the disk's end, which is 0 from the end on
   */
  int read(long offset, byte[] into) throws IOException;

  /** Whether these bytes are at an offset, which may lie outside. */
  default boolean has(long offset, byte[] bytes) throws IOException {
    byte[] there = new byte[bytes.length];
    return offset >= 0
        && offset <= size() - bytes.length
        && read(offset, there) == bytes.length
        && Arrays.equals(there, bytes);
  }
}
