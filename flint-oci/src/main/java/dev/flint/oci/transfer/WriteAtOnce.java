package dev.flint.oci.transfer;

import dev.flint.oci.store.Ingest;
import java.io.IOException;

/** Adds to an ingest on the thread of its caller. */
final class WriteAtOnce implements IngestWriter {
  private final Ingest ingest;
  private final byte[] buffer;

  /**
   * For one ingest.
   *
   * @param bufferSize in bytes
   */
  WriteAtOnce(Ingest ingest, int bufferSize) {
    this.ingest = ingest;
    this.buffer = new byte[bufferSize];
  }

  @Override
  public byte[] buffer() {
    return buffer;
  }

  @Override
  public void write(byte[] filled, int length) throws IOException {
    ingest.write(filled, 0, length);
  }

  @Override
  public void finish() {}

  @Override
  public void close() {}
}
