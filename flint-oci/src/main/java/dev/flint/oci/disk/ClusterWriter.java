package dev.flint.oci.disk;

import java.io.IOException;

/** Puts clusters of a guest's disk that are not zero into a qcow2 file, in ascending order. */
interface ClusterWriter extends AutoCloseable {
  /**
   * Puts clusters that follow each other.
   *
   * @param block the guest's first one
   * @param bytes the caller's, free again when this returns
   * @param count how many whole clusters there are from {@code offset} on
   */
  void write(long block, byte[] bytes, int offset, int count) throws IOException;

  /** Ends the file. */
  void finish() throws IOException;

  @Override
  void close();
}
