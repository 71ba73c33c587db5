package dev.flint.agent.kube.api;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The pauses of one loop that asks a server again and again: as client-go's, 0.8 s doubling to 30
 * s, each longer by up to as much by chance, so that many nodes do not come at once; longer if the
 * server says so. They are short again after two good minutes. One after a failure to reach the
 * server ends as soon as another request does; what a server refuses is never asked for earlier.
 * Confined to one thread, but for {@link #end} and {@link #wake}.
 */
final class Pauses {
  static final long FIRST_MILLIS = 800;
  private static final long MAX_MILLIS = 30_000;
  private static final long GOOD_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final Reach reach;
  private final long first;
  private final SplittableRandom chance = new SplittableRandom();
  private long next;
  private long failedAt;

  /** Guarded by this, as what follows. */
  private boolean ended;

  private boolean woken;

  /** As usual. */
  Pauses(Reach reach) {
    this(reach, FIRST_MILLIS);
  }

  /**
   * With another first one.
   *
   * @param first in milliseconds
   */
  Pauses(Reach reach, long first) {
    this.reach = reach;
    this.first = first;
    this.next = first;
  }

  /** Waits as long as is due after a failure. */
  void after(IOException failure) throws InterruptedException {
    long now = System.nanoTime();
    if (now - failedAt > GOOD_NANOS) {
      next = first;
    }
    failedAt = now;
    Duration wish = failure instanceof ApiFailure refusal ? refusal.retryAfter() : Duration.ZERO;
    long least = Math.max(next, wish.toMillis());
    next = Math.min(2 * next, MAX_MILLIS);
    long millis = least + chance.nextLong(least);
    if (isLost(failure)) {
      awaitServer(millis);
    } else {
      await(millis, millis);
    }
  }

  private static boolean isLost(IOException failure) {
    return failure instanceof FlintException known
        && known.code() == ErrorCode.NETWORK
        && !(failure instanceof ApiFailure);
  }

  /** Others may be heard while this one fails each time: that is not tried all the time. */
  private void awaitServer(long millis) throws InterruptedException {
    long soon = Math.min(first, FIRST_MILLIS);
    long least = soon + chance.nextLong(soon);
    synchronized (this) {
      woken = false;
    }
    reach.lost(this);
    try {
      await(millis, Math.min(millis, least));
    } finally {
      reach.forget(this);
    }
  }

  /**
   * Waits.
   *
   * @param least in milliseconds, also if it is woken
   */
  private synchronized void await(long millis, long least) throws InterruptedException {
    long begin = System.nanoTime();
    long left = millis;
    while (!ended && left > 0) {
      wait(left);
      long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      left = (woken ? least : millis) - passed;
    }
  }

  /** The server is there again. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /** From now on nobody waits. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
