package dev.flint.registry.server;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Cuts off clients that keep a thread waiting. The JDK's server has no limit on a single read or
 * write, so a few stalled clients could take all its threads; and a client that tries https first
 * would wait ten seconds for an answer to its TLS hello, which to the server is half a request
 * line. Interrupting a thread that waits on a socket channel closes the connection.
 *
 * <p>Time is counted in ticks, so that a machine that is short of breath does not cut anybody off.
 * Thread-safe.
 */
final class ClientWatch {
  static final Duration TICK = Duration.ofMillis(100);

  /** A request head comes in one or two packets. */
  private static final int HEAD_TICKS = 10;

  /** Before it come the two or three round trips of a handshake, maybe by satellite. */
  private static final int TLS_HEAD_TICKS = 100;

  private static final int REST_TICKS = 10;
  private static final int BODY_TICKS = 1200;

  private final int headTicks;
  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
  private final Map<Thread, Wait> heads = new ConcurrentHashMap<>();

  ClientWatch(boolean tls) {
    this.headTicks = tls ? TLS_HEAD_TICKS : HEAD_TICKS;
  }

  /** A wait of the current thread, until closed. */
  final class Wait implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private int left;
    private boolean fired;
    private boolean over;

    private Wait(int ticks) {
      this.left = ticks;
    }

    private synchronized void tick() {
      if (!over && left > 0 && --left == 0) {
        fired = true;
        thread.interrupt();
      }
    }

    /** Ends the wait; the thread is not interrupted any more then. */
    @Override
    public synchronized void close() {
      over = true;
      waits.remove(this);
      if (fired) {
        Thread.interrupted();
      }
    }
  }

  private Wait begin(int ticks) {
    Wait wait = new Wait(ticks);
    waits.add(wait);
    return wait;
  }

  /** The unwanted rest of a body is read: all of it is one wait, and a short one. */
  Wait rest() {
    return begin(REST_TICKS);
  }

  /** One read or write of a body begins. */
  Wait body() {
    return begin(BODY_TICKS);
  }

  /** Wraps a task of the JDK's server, which reads the head of a request and then serves it. */
  Runnable watched(Runnable task) {
    return () -> {
      heads.put(Thread.currentThread(), begin(headTicks));
      try {
        task.run();
      } finally {
        headIsComplete();
      }
    };
  }

  /** The current thread has got the head of its request. */
  void headIsComplete() {
    Wait wait = heads.remove(Thread.currentThread());
    if (wait != null) {
      wait.close();
    }
  }

  /** A tick has passed. */
  void tick() {
    waits.forEach(Wait::tick);
  }
}
