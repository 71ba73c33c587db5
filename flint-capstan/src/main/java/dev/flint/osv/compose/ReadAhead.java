package dev.flint.osv.compose;

import dev.flint.oci.disk.GuestSink;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Has bytes made on a thread of its own while the caller's writes those before them: reading many
 * files costs as much as writing one.
 */
final class ReadAhead implements WritableByteChannel {
  private static final int PIECES = 6;

  /** A multiple of the clusters that disks have, so that whole ones are written as they are. */
  private static final int SIZE = 1 << 20;

  private final BlockingQueue<Piece> free = new ArrayBlockingQueue<>(PIECES);

  /** Has room for all there are, and for the one that ends the stream. */
  private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES + 2);

  private Piece filling = new Piece(SIZE);
  private volatile boolean stopped;
  private volatile @Nullable Throwable failure;

  /** Makes the bytes. */
  @FunctionalInterface
  interface Producer {
    void produce(WritableByteChannel target) throws IOException;
  }

  /** Some bytes on their way from one thread to the other. */
  private static final class Piece {
    final byte[] bytes;
    int length;

    Piece(int size) {
      this.bytes = new byte[size];
    }
  }

  private ReadAhead() {
    for (int i = 1; i < PIECES; i++) {
      free.add(new Piece(SIZE));
    }
  }

  /** Writes all that is produced; what either side throws ends both. */
  static void copy(Producer producer, GuestSink target, LongConsumer meter) throws IOException {
    ReadAhead ahead = new ReadAhead();
    Thread thread = new Thread(() -> ahead.run(producer), "flint-read-ahead");
    thread.setDaemon(true);
    thread.start();
    try {
      ahead.drain(target, meter);
    } finally {
      ahead.stop(thread);
    }
    ahead.check();
  }

  private void run(Producer producer) {
    try {
      producer.produce(this);
      full.add(filling);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    } finally {
      // An empty one ends the stream.
      full.add(new Piece(0));
    }
  }

  private void drain(GuestSink target, LongConsumer meter) throws IOException {
    try {
      for (Piece next = full.take(); next.length > 0; next = full.take()) {
        target.write(next.bytes, 0, next.length);
        meter.accept(next.length);
        next.length = 0;
        free.add(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while files were read");
    }
  }

  /** Returns once the thread is done with what the caller may close next. */
  private void stop(Thread thread) {
    stopped = true;
    // Where it waits for a piece it gets this one, and sees that nobody wants it.
    free.offer(new Piece(0));
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
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
  public int write(ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    while (bytes.hasRemaining()) {
      if (filling.length == SIZE) {
        full.add(filling);
        filling = take();
      }
      int portion = Math.min(SIZE - filling.length, bytes.remaining());
      bytes.get(filling.bytes, filling.length, portion);
      filling.length += portion;
    }
    return count;
  }

  private Piece take() throws IOException {
    try {
      Piece next = free.take();
      if (stopped) {
        throw new ClosedChannelException();
      }
      return next;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  @Override
  public boolean isOpen() {
    return !stopped;
  }

  @Override
  public void close() {
    stopped = true;
  }
}
