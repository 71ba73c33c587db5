package dev.flint.agent.kube.evict;

import java.io.Closeable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks every ten seconds, as a kubelet, whether a pod takes more of the disk than it may; less
 * often where that takes long. In a thread of its own, as memory is not to wait for disks.
 */
public final class ScratchKeeper implements Closeable {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** A tenth of a processor is enough. */
  private static final int REST = 10;

  private static final int STACK = 512 * 1024;

  private final ScratchLook look;
  private final DiskUse use;
  private final Consumer<String> warnings;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** One that does not look by itself. */
  ScratchKeeper(ScratchLook.Means means, DiskUse use, Consumer<String> warnings) {
    this.look = new ScratchLook(means, use, warnings);
    this.use = use;
    this.warnings = warnings;
  }

  /**
   * Begins.
   *
   * @param warnings is told which pod goes, and why
   */
  public static ScratchKeeper start(NodeMeans means, Consumer<String> warnings) {
    ScratchKeeper keeper = new ScratchKeeper(means, new DiskUse(), warnings);
    Thread thread = new Thread(null, keeper::run, "flint-scratch", STACK);
    thread.setDaemon(true);
    thread.start();
    return keeper;
  }

  private void run() {
    try {
      long pause = LOOK_NANOS;
      while (!closed.await(pause, TimeUnit.NANOSECONDS)) {
        long start = System.nanoTime();
        look();
        pause = pause(System.nanoTime() - start);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How long to wait after a look that took so long. */
  static long pause(long took) {
    return Math.max(LOOK_NANOS, Math.min(MOST_NANOS, took * REST));
  }

  /** Looks once. */
  void look() {
    try {
      look.look();
    } catch (RuntimeException | OutOfMemoryError e) {
      // One look that fails is not to be the last.
      say(e);
    }
  }

  private void say(Throwable why) {
    try {
      warnings.accept("whether pods take too much of the disk cannot be told: " + why);
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
