package dev.flint.agent.kube.node;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.kube.api.ApiClient;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Keeps this device a Node of a cluster, on a thread of its own. */
public final class NodeKeeper implements Closeable {
  private static final int STACK = 512 * 1024;

  /** As a kubelet's; a call that hangs must not cost the lease. */
  private static final Duration CALL = Duration.ofSeconds(10);

  private static final Duration LAST_CALL = Duration.ofSeconds(2);
  private static final long END_MILLIS = 4000;

  private final NodePost post;
  private final NodeTime time;
  private final Thread thread;

  /** Until the cluster was told, or could not be, that no more pods shall come. */
  private final CountDownLatch left = new CountDownLatch(1);

  /** Guarded by this. */
  private boolean leaving;

  /** Guarded by this. */
  private boolean closed;

  /**
   * What a node works with.
   *
   * @param addresses at which it is found; looked at by the node's thread from now on
   * @param backends by the names images call them
   * @param podsAlive whether anybody looks after the pods
   * @param state the agent's folder, whose file system pods share
   * @param limits below which memory and disk are scarce
   * @param scarce is told what is scarce
   * @param warnings is told of each kind of trouble when it begins and when it is over
   * @param back is told, on the node's thread, when the cluster may have taken this node for gone
   *     and has it again: then it may have written to its pods that they are not ready
   */
  public record Parts(
      ApiClient api,
      NodeSettings settings,
      NodeAddresses addresses,
      Map<String, Backend> backends,
      BooleanSupplier podsAlive,
      Path state,
      EvictionLimits limits,
      Scarce scarce,
      Consumer<String> warnings,
      Runnable back) {
    NodePost post(NodeHost host, NodeTime time) {
      NodeLook look =
          new NodeLook(
              settings,
              host,
              new NodeBackends(backends),
              limits,
              new NodeConditions(limits, scarce),
              podsAlive,
              addresses);
      return new NodePost(api.within(CALL), settings, look, time, new Troubles(warnings), back);
    }
  }

  private NodeKeeper(NodePost post, NodeTime time) {
    this.post = post;
    this.time = time;
    this.thread = new Thread(null, this::run, "flint-node", STACK);
  }

  /** Starts the thread; whether the cluster can be reached does not matter. */
  public static NodeKeeper start(Parts parts) {
    NodeTime time = NodeTime.system();
    NodeHost host = new NodeHost(Path.of("/"), parts.state());
    NodeKeeper keeper = new NodeKeeper(parts.post(host, time), time);
    keeper.thread.setDaemon(true);
    keeper.thread.start();
    return keeper;
  }

  private void run() {
    try {
      while (await(step())) {
        // It was time again.
      }
      post.leave(LAST_CALL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long step() {
    boolean last = isLeaving();
    if (last) {
      post.leave();
    }
    long next = post.step();
    if (last) {
      left.countDown();
    }
    return next;
  }

  private synchronized boolean isLeaving() {
    return leaving;
  }

  /** Waits; says whether to go on. */
  private synchronized boolean await(long until) throws InterruptedException {
    long pause = until - time.millis().getAsLong();
    while (!closed && !isHurried() && pause > 0) {
      wait(pause);
      pause = until - time.millis().getAsLong();
    }
    return !closed;
  }

  private boolean isHurried() {
    return leaving && left.getCount() > 0;
  }

  /**
   * From now on tells the cluster nothing but that this node is there, is not ready and shall get
   * no more pods; waits until that is told, if it can be within seconds.
   */
  public void leave() {
    synchronized (this) {
      leaving = true;
      notifyAll();
    }
    try {
      boolean unused = left.await(END_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Tells the cluster that this node is not ready any more, if it can be told within seconds. Pods,
   * Node and lease stay.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      TimeUnit.MILLISECONDS.timedJoin(thread, END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
