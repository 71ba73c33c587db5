package dev.flint.agent.kube.evict;

import dev.flint.agent.kube.node.EvictionLimits;
import dev.flint.agent.kube.node.NodeHost;
import java.io.Closeable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks every ten seconds, as a kubelet, whether a pod has to go; in a thread of its own. */
public final class EvictionKeeper implements Closeable {
  private static final int LOOK_SECONDS = 10;
  private static final int STACK = 512 * 1024;

  private final NodeHost host;
  private final Evictor evictor;
  private final DiskUse use;
  private final Consumer<String> warnings;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** One that does not look by itself. */
  EvictionKeeper(
      NodeHost host,
      EvictionLimits limits,
      Evictor.Means means,
      DiskUse use,
      Consumer<String> warnings) {
    this.host = host;
    this.evictor = new Evictor(limits, means, use, warnings);
    this.use = use;
    this.warnings = warnings;
  }

  /**
   * Begins.
   *
   * @param warnings is told which pod goes, and why
   */
  public static EvictionKeeper start(
      NodeHost host, EvictionLimits limits, NodeMeans means, Consumer<String> warnings) {
    EvictionKeeper keeper = new EvictionKeeper(host, limits, means, new DiskUse(), warnings);
    Thread thread = new Thread(null, keeper::run, "flint-evict", STACK);
    thread.setDaemon(true);
    thread.start();
    return keeper;
  }

  private void run() {
    try {
      while (!closed.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks once. */
  void look() {
    try {
      evictor.look(host.read());
    } catch (RuntimeException | OutOfMemoryError e) {
      // One look that fails is not to be the last.
      say(e);
    }
  }

  private void say(Throwable why) {
    try {
      warnings.accept("whether memory and disk are short cannot be told: " + why);
    } catch (RuntimeException | OutOfMemoryError e) {
      // There is no room even for words.
    }
  }

  /** Looks no more. */
  @Override
  public void close() {
    closed.countDown();
    use.close();
  }
}
