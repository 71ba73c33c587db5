package dev.flint.oci.transfer;

import java.util.List;

/** Waits for threads that have something in hands which nobody may touch before they end. */
final class PatientJoin {
  private PatientJoin() {}

  /**
   * Returns when all have ended. A caller that is interrupted meanwhile is so again afterwards.
   *
   * @param interrupted is run at each interrupt, and may make them end earlier
   */
  static void all(List<Thread> threads, Runnable interrupted) {
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
}
