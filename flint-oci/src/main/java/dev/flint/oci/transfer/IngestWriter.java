package dev.flint.oci.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;

/** Takes a blob in pieces. Confined to one thread. */
interface IngestWriter extends AutoCloseable {
  /** A buffer to fill, to be given back with {@link #write}. */
  byte[] buffer() throws InterruptedIOException;

  /**
   * Takes a filled buffer, also one of nothing.
   *
   * @throws IOException what this or an earlier write failed with
   */
  void write(byte[] buffer, int length) throws IOException;

  /**
   * Waits until everything is written.
   *
   * @throws IOException what a write failed with
   */
  void finish() throws IOException;

  /** Waits until what can be written is. */
  @Override
  void close();
}
