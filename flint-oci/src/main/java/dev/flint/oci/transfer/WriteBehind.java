package dev.flint.oci.transfer;

import dev.flint.oci.chunk.BufferPool;
import dev.flint.oci.chunk.Chunk;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.work.PatientJoin;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Adds to an ingest on a thread of its own, in order: hashing takes as long as reading from a fast
 * network. Confined to one thread otherwise; the ingest is not to be touched before {@link #finish}
 * or {@link #close}.
 */
final class WriteBehind implements IngestWriter {
  private static final int COUNT = 4;

  private final Ingest ingest;
  private final BufferPool pool;
  private final BlockingQueue<Optional<Chunk>> waiting = new ArrayBlockingQueue<>(COUNT + 1);
  private final Thread thread;
  private volatile @Nullable Throwable failure;
  private boolean ended;

  /**
   * Starts the thread.
   *
   * @param bufferSize of each of a few buffers, in bytes
   */
  WriteBehind(Ingest ingest, int bufferSize) {
    this.ingest = ingest;
    this.pool = new BufferPool(COUNT, bufferSize);
    this.thread = new Thread(this::run, "flint-ingest");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      for (Optional<Chunk> next = waiting.take(); next.isPresent(); next = waiting.take()) {
        write(next.get());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** After a failure nothing more is written, but buffers go on going round. */
  private void write(Chunk piece) {
    try {
      if (failure == null) {
        ingest.write(piece.bytes(), 0, piece.length());
      }
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    } finally {
      piece.release();
    }
  }

  @Override
  public byte[] buffer() throws InterruptedIOException {
    return pool.take();
  }

  @Override
  public void write(byte[] buffer, int length) throws IOException {
    waiting.add(Optional.of(Chunk.pooled(buffer, length, pool).sharedBy(1)));
    check();
  }

  @Override
  public void finish() throws IOException {
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

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      waiting.add(Optional.empty());
    }
    // The ingest is in its hands until it ends.
    PatientJoin.all(List.of(thread), () -> {});
  }
}
