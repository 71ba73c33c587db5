package dev.flint.oci.transfer;

import dev.flint.oci.chunk.BufferPool;
import dev.flint.oci.store.Ingest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Adds to an ingest on a thread of its own, in order: hashing takes as long as reading from a fast
 * network. Confined to one thread otherwise; the ingest is not to be touched before {@link #finish}
 * or {@link #close}.
 */
final class WriteBehind implements AutoCloseable {
  static final int BUFFER = 128 * 1024;
  private static final int COUNT = 4;

  private final Ingest ingest;
  private final BufferPool pool = new BufferPool(COUNT, BUFFER);
  private final BlockingQueue<Optional<Piece>> waiting = new ArrayBlockingQueue<>(COUNT + 1);
  private final Thread thread;
  private volatile @Nullable Throwable failure;
  private boolean ended;

  /** Bytes on their way. */
  private static final class Piece {
    private final byte[] buffer;
    private final int length;

    Piece(byte[] buffer, int length) {
      this.buffer = buffer;
      this.length = length;
    }
  }

  WriteBehind(Ingest ingest) {
    this.ingest = ingest;
    this.thread = new Thread(this::run, "flint-ingest");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      for (Optional<Piece> next = waiting.take(); next.isPresent(); next = waiting.take()) {
        write(next.get());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** After a failure nothing more is written, but buffers go on going round. */
  private void write(Piece piece) {
    try {
      if (failure == null) {
        ingest.write(piece.buffer, 0, piece.length);
      }
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    } finally {
      pool.give(piece.buffer);
    }
  }

  /** A buffer to fill, of {@link #BUFFER} bytes; to be given back with {@link #write}. */
  byte[] buffer() throws InterruptedIOException {
    return pool.take();
  }

  /**
   * Takes a filled buffer, also one of nothing.
   *
   * @throws IOException what an earlier write failed with
   */
  void write(byte[] buffer, int length) throws IOException {
    waiting.add(Optional.of(new Piece(buffer, length)));
    check();
  }

  /**
   * Waits until everything is written.
   *
   * @throws IOException what a write failed with
   */
  void finish() throws IOException {
    close();
    check();
  }

  private void check() throws IOException {
    Throwable cause = failure;
    if (cause instanceof IOException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    if (cause != null) {
      throw new IllegalStateException(cause);
    }
  }

  /** Waits until what can be written is. */
  @Override
  public void close() throws InterruptedIOException {
    if (!ended) {
      ended = true;
      waiting.add(Optional.empty());
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing a blob");
    }
  }
}
