package dev.flint.registry.http;

import dev.flint.registry.settings.Rate;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Cancels calls whose other side lets us wait too long for one step: a few bytes taken or given.
 * OkHttp could do so itself, but wakes a thread for every 8 KiB that way, which costs a tenth of
 * the time of a fast transfer. Thread-safe.
 */
final class StallWatch {
  private static final int LOOKS_PER_LIMIT = 8;
  private static final long SECOND = 1_000_000_000;

  private final long limit;
  private final Rate minRate;
  private final Map<Wait, okhttp3.Call> calls = new ConcurrentHashMap<>();

  /** Whether a thread looks; guarded by this. */
  private boolean watching;

  /**
   * A watch.
   *
   * @param limit how long a step may take; calls end at most an eighth later
   * @param minRate what must be moved on average whenever we waited that long in all, so that
   *     nobody holds us by single bytes
   */
  StallWatch(Duration limit, Rate minRate) {
    this.limit = limit.toNanos();
    this.minRate = minRate;
  }

  /** One call's waiting, as its thread goes through it. Used by one thread at a time. */
  final class Wait implements AutoCloseable {
    private static final long NOT_WAITING = Long.MIN_VALUE;

    private volatile long since = NOT_WAITING;
    private volatile boolean stalled;

    /** What came of the waiting since the last look at the average. */
    private long waited;

    private long moved;

    private Wait() {}

    /** From now on it is the other side's turn. */
    void begin() {
      since = System.nanoTime();
    }

    /**
     * It has taken or given so many bytes of a body since the wait began.
     *
     * @throws TooSlowException if that is less than it must be
     */
    void moved(int bytes) throws TooSlowException {
      waited += System.nanoTime() - since;
      moved += bytes;
      if (waited >= limit) {
        if (moved < minRate.bytesPerSecond() * (waited / (double) SECOND)) {
          throw new TooSlowException(minRate);
        }
        waited = 0;
        moved = 0;
      }
    }

    /** It has done its part; how long we take for ours is our matter. */
    void end() {
      since = NOT_WAITING;
    }

    /** What a call really failed with. */
    IOException cause(IOException e) {
      if (!stalled) {
        return e;
      }
      SocketTimeoutException timeout = new SocketTimeoutException("timeout");
      timeout.initCause(e);
      return timeout;
    }

    private void look(okhttp3.Call call, long now) {
      long begun = since;
      if (begun != NOT_WAITING && now - begun > limit) {
        stalled = true;
        call.cancel();
      }
    }

    @Override
    public void close() {
      calls.remove(this);
    }
  }

  /** For one call. */
  Wait newWait() {
    return new Wait();
  }

  /** Watches a call until its wait is closed. */
  void watch(okhttp3.Call call, Wait wait) {
    calls.put(wait, call);
    ensureThread();
  }

  /** Cancels all calls that are watched now. */
  void cancelAll() {
    // Not those that begin meanwhile, because of this: they end what the others left open.
    List.copyOf(calls.values()).forEach(okhttp3.Call::cancel);
  }

  private synchronized void ensureThread() {
    if (!watching) {
      Thread thread = new Thread(this::run, "flint-stall-watch");
      thread.setDaemon(true);
      thread.start();
      watching = true;
    }
  }

  private void run() {
    try {
      do {
        TimeUnit.NANOSECONDS.sleep(limit / LOOKS_PER_LIMIT);
        long now = System.nanoTime();
        calls.forEach((wait, call) -> wait.look(call, now));
      } while (isWanted());
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    } catch (RuntimeException | Error e) {
      end();
      throw e;
    }
  }

  /** The next call starts another thread: without one, a silent server would hold it for ever. */
  private synchronized void end() {
    watching = false;
  }

  /** Who watches a call after this said no finds that nobody looks, and starts another thread. */
  private synchronized boolean isWanted() {
    watching = !calls.isEmpty();
    return watching;
  }
}
