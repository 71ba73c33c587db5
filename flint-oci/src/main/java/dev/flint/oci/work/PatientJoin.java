package dev.flint.oci.work;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Waits for threads that have something in hands which nobody may touch before they end. */
public final class PatientJoin {
  private PatientJoin() {}

  /**
   * Returns when all have ended. A caller that is interrupted meanwhile is so again afterwards.
   *
   * @param interrupted is run at each interrupt, and may make them end earlier
   */
  public static void all(List<Thread> threads, Runnable interrupted) {
    boolean again = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          again = true;
          interrupted.run();
        }
      }
    }
    if (again) {
      Thread.currentThread().interrupt();
    }
  }

  /** Interrupts what a pool still does, and returns when it has ended; as {@link #all}. */
  public static void end(ExecutorService pool) {
    pool.shutdownNow();
    boolean again = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        again = true;
      }
    }
    if (again) {
      Thread.currentThread().interrupt();
    }
  }
}
