package dev.flint.agent.node;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * What others have for the thread that looks after pods, and how it waits for that. Thread-safe.
 */
final class PodInbox {
  private final Queue<Runnable> news = new ArrayDeque<>();
  private boolean woken;
  private boolean looks;
  private boolean closed;

  /** In milliseconds of a clock that never jumps. */
  static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Something changed. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /** There may be other pods than before. */
  synchronized void look() {
    looks = true;
    wake();
  }

  /** Something is to be done. */
  synchronized void post(Runnable work) {
    news.add(work);
    wake();
  }

  /** No more is waited for. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Whether somebody wants pods to be looked for; once. */
  synchronized boolean takeLook() {
    boolean now = looks;
    looks = false;
    return now;
  }

  /** What is to be done; once. */
  synchronized List<Runnable> take() {
    List<Runnable> all = List.copyOf(news);
    news.clear();
    return all;
  }

  /** Waits; says whether somebody had news. */
  synchronized boolean await(long until) throws InterruptedException {
    long left = until - millis();
    while (!closed && !woken && left > 0) {
      wait(left);
      left = until - millis();
    }
    boolean had = woken;
    woken = false;
    return had;
  }

  /** Waits, whatever news there are: they count then. */
  synchronized boolean rest(long length) throws InterruptedException {
    long until = millis() + length;
    for (long left = length; !closed && left > 0; left = until - millis()) {
      wait(left);
    }
    return true;
  }
}
