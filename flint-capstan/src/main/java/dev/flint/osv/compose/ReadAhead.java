package dev.flint.osv.compose;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Has bytes made on a thread of its own while the caller's writes those before them: reading many
 * files costs as much as writing one.
 */
final class ReadAhead implements WritableByteChannel {
  private static final int BUFFERS = 6;
  private static final int SIZE = 1 << 20;

  /** Makes the bytes. */
  @FunctionalInterface
  interface Producer {
    void produce(WritableByteChannel target) throws IOException;
  }

  private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(BUFFERS + 1);
  private ByteBuffer filling = ByteBuffer.allocate(SIZE);
  private volatile boolean stopped;
  private volatile @Nullable Throwable failure;

  private ReadAhead() {
    for (int i = 1; i < BUFFERS; i++) {
      free.add(ByteBuffer.allocate(SIZE));
    }
  }

  /** Writes all that is produced; what either side throws ends both. */
  static void copy(Producer producer, WritableByteChannel target) throws IOException {
    ReadAhead ahead = new ReadAhead();
    Thread thread = new Thread(() -> ahead.run(producer), "flint-read-ahead");
    thread.setDaemon(true);
    thread.start();
    try {
      ahead.drain(target);
    } finally {
      ahead.stop(thread);
    }
    ahead.check();
  }

  private void run(Producer producer) {
    try {
      producer.produce(this);
      full.add(filling.flip());
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    } finally {
      // An empty buffer ends the stream.
      full.add(ByteBuffer.allocate(0));
    }
  }

  private void drain(WritableByteChannel target) throws IOException {
    try {
      for (ByteBuffer next = full.take(); next.hasRemaining(); next = full.take()) {
        while (next.hasRemaining()) {
          target.write(next);
        }
        free.add(next.clear());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /** Returns once the thread is done with what the caller may close next. */
  private void stop(Thread thread) {
    stopped = true;
    // Where it waits for a buffer it gets this one, and sees that nobody wants it.
    free.offer(ByteBuffer.allocate(SIZE));
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
      if (!filling.hasRemaining()) {
        full.add(filling.flip());
        filling = take();
      }
      int portion = Math.min(filling.remaining(), bytes.remaining());
      int limit = bytes.limit();
      filling.put(bytes.limit(bytes.position() + portion));
      bytes.limit(limit);
    }
    return count;
  }

  private ByteBuffer take() throws IOException {
    try {
      ByteBuffer next = free.take();
      if (stopped) {
        throw new ClosedChannelException();
      }
      return next;
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
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
