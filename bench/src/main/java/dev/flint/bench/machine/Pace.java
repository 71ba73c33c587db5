package dev.flint.bench.machine;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets bytes pass at a rate, those of all threads together. Thread-safe. */
final class Pace {
  private final double nanosPerByte;
  private long free = System.nanoTime();

  private Pace(double nanosPerByte) {
    this.nanosPerByte = nanosPerByte;
  }

  static Pace unlimited() {
    return new Pace(0);
  }

  static Pace of(long bitsPerSecond) {
    return new Pace(8.0 * TimeUnit.SECONDS.toNanos(1) / bitsPerSecond);
  }

  /** Waits until so many bytes have crossed the link. */
  void pass(int length) throws InterruptedIOException {
    if (nanosPerByte == 0) {
      return;
    }
    long until = reserve(length);
    while (until - System.nanoTime() > 0) {
      LockSupport.parkNanos(until - System.nanoTime());
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted on a slow link");
      }
    }
  }

  /** The time at which they are through; unused time before is lost, as on a link. */
  private synchronized long reserve(int length) {
    long now = System.nanoTime();
    free = (free - now > 0 ? free : now) + (long) (length * nanosPerByte);
    return free;
  }
}
