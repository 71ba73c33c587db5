package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The threads that are uploading, so that they can be told to clean up and end. Thread-safe. */
final class UploadsUnderWay {
  private final Set<Thread> threads = new HashSet<>();
  private boolean stopped;

  /** Ends an entry. */
  interface Entry extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Enters the current thread.
   *
   * @throws FlintException INTERRUPTED if no more uploads are wanted
   */
  synchronized Entry enter() throws FlintException {
    if (stopped) {
      throw interrupted("an upload");
    }
    threads.add(Thread.currentThread());
    return this::leave;
  }

  private synchronized void leave() {
    threads.remove(Thread.currentThread());
    notifyAll();
  }

  /**
   * Interrupts all uploads, which then tell the registry to forget them.
   *
   * @param hangUp ends the requests of those that do not notice, as nobody takes what they send
   * @param limit how long to wait for that
   */
  synchronized void stop(Runnable hangUp, Duration limit) throws InterruptedException {
    stopped = true;
    threads.forEach(Thread::interrupt);
    hangUp.run();
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos();
        left > 0 && !threads.isEmpty();
        left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  static FlintException interrupted(String action) {
    return new FlintException(
        ErrorCode.INTERRUPTED, "interrupted: " + action + " was not finished");
  }
}
