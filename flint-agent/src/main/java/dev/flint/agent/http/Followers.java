package dev.flint.agent.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Those who wait for more of a log. Each has a thread, and nobody hears of it when one goes away
 * while the log is quiet; so there is room for a few, and one more ends the one that has had
 * nothing for the longest time. Thread-safe.
 */
final class Followers {
  private final int most;

  /** Whoever got something last is at the end. */
  private final Deque<Follower> all = new ArrayDeque<>();

  /** At most so many. */
  Followers(int most) {
    this.most = most;
  }

  /** One of them, until closed. */
  final class Follower implements AutoCloseable {
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Notes that it got something. */
    void served() {
      synchronized (Followers.this) {
        if (all.remove(this)) {
          all.addLast(this);
        }
      }
    }

    /** Waits; says whether its place was given away. */
    boolean awaitEnd(long millis) throws InterruptedException {
      return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
      synchronized (Followers.this) {
        all.remove(this);
      }
    }
  }

  /** Takes a place. */
  synchronized Follower begin() {
    if (all.size() >= most) {
      all.removeFirst().ended.countDown();
    }
    Follower follower = new Follower();
    all.addLast(follower);
    return follower;
  }
}
