package dev.flint.oci.chunk;

import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** A fixed number of equal buffers, the bound on what is in memory at a time. Thread-safe. */
public final class BufferPool {
  private final BlockingQueue<byte[]> free;

  /** Makes all buffers at once. */
  public BufferPool(int count, int size) {
    free = new ArrayBlockingQueue<>(count);
    for (int i = 0; i < count; i++) {
      free.add(new byte[size]);
    }
  }

  /** Waits for a free buffer. */
  public byte[] take() throws InterruptedIOException {
    try {
      return free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a buffer");
    }
  }

  /** Gives a buffer back, once. */
  public void give(byte[] buffer) {
    free.add(buffer);
  }
}
