package dev.flint.agent.kube.stream;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * What all port-forwards of a node share: each connection to a pod takes a thread and a buffer, so
 * there are only so many, whoever asks for them. Thread-safe.
 */
public final class Forwarding {
  /** Connections to pods, of all clients together. */
  public static final int MOST = 64;

  private static final Duration PING = Duration.ofSeconds(30);
  private static final int STACK = 512 * 1024;

  private final Semaphore places = new Semaphore(MOST);
  private final Duration ping;
  private final Executor threads;

  /**
   * Of a node.
   *
   * @param ping after which a pod's silence is used to look whether the client is there, at least a
   *     millisecond
   * @param threads runs each connection in a thread of its own
   */
  Forwarding(Duration ping, Executor threads) {
    this.ping = ping;
    this.threads = threads;
  }

  /** As a node has it. */
  public static Forwarding usual() {
    return new Forwarding(PING, Forwarding::start);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(null, work, "flint-forward", STACK);
    thread.setDaemon(true);
    thread.start();
  }

  Duration ping() {
    return ping;
  }

  Executor threads() {
    return threads;
  }

  /** Whether there is a place; it may be gone in the next moment. */
  public boolean hasPlace() {
    return places.availablePermits() > 0;
  }

  /** Takes places for so many connections; says whether there are as many. */
  public boolean take(int count) {
    return places.tryAcquire(count);
  }

  /** Gives places back that are not used. */
  public void giveBack(int count) {
    places.release(count);
  }
}
