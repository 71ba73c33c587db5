package dev.flint.oci.store;

import java.io.IOException;
import java.io.InterruptedIOException;

/** How much of a file has been written, for who reads it meanwhile. Thread-safe. */
final class Growth {
  private long length;
  private boolean complete;
  private boolean ended;

  /** There are so many bytes now. */
  synchronized void reached(long bytes) {
    length = bytes;
    notifyAll();
  }

  /** No more will come. */
  synchronized void complete() {
    complete = true;
    end();
  }

  /** It will not be completed, unless it was. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /**
   * Waits for more bytes.
   *
   * @param known so many are known to be there
   * @return how many there are; {@code known} if no more will come
   * @throws IOException if the file will not be completed
   */
  synchronized long beyond(long known) throws IOException {
    try {
      while (length == known && !ended) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a blob was made");
    }
    if (ended && !complete) {
      throw new IOException("the blob was not made to its end");
    }
    return length;
  }
}
