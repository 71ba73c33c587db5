package dev.flint.registry.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One direction of a long link: each byte comes out a fixed time after it went in, however many
 * follow it, so that the delay costs no throughput until the line is full.
 */
final class DelayLine {
  /** As large as the windows that systems give to one connection. */
  private static final int MOST_IN_FLIGHT = 4 << 20;

  private final Duration delay;
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(MOST_IN_FLIGHT);

  /** Bytes and when they are to come out; none at all are the end. */
  private record Piece(long due, ByteBuffer bytes) {}

  DelayLine(Duration delay) {
    this.delay = delay;
  }

  /** Puts bytes in, once there is room for them. */
  void put(byte[] buffer, int length) throws InterruptedException {
    room.acquire(length);
    add(Arrays.copyOf(buffer, length));
  }

  /** What went in still comes out, and then no more. */
  void end() {
    add(new byte[0]);
  }

  private void add(byte[] bytes) {
    pieces.add(new Piece(System.nanoTime() + delay.toNanos(), ByteBuffer.wrap(bytes)));
  }

  /** Lets whoever waits for room go on, as nothing will come out any more. */
  void breakOff() {
    room.release(MOST_IN_FLIGHT);
  }

  /** Passes on what comes out, until the end. */
  void deliver(OutputStream out, AtomicLong count) throws IOException, InterruptedException {
    while (true) {
      Piece piece = pieces.take();
      await(piece.due());
      byte[] bytes = piece.bytes().array();
      if (bytes.length == 0) {
        return;
      }
      count.addAndGet(bytes.length);
      out.write(bytes);
      room.release(bytes.length);
    }
  }

  private static void await(long due) throws InterruptedException {
    long left = due - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }
}
