package dev.flint.cli.command;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What must be done after work, also where Ctrl-C or a SIGTERM ends it: that interrupts the thread
 * that began, and waits until it has closed this.
 */
final class OrderlyEnd implements AutoCloseable {
  private static final int END_SECONDS = 40;

  /** What is to be done in the end. */
  @FunctionalInterface
  interface Cleaning {
    void run() throws IOException;
  }

  private final Cleaning cleaning;
  private final CountDownLatch closed = new CountDownLatch(1);

  private OrderlyEnd(Cleaning cleaning) {
    this.cleaning = cleaning;
  }

  /** Begins, in the thread that will close it. */
  static OrderlyEnd with(Cleaning cleaning) {
    OrderlyEnd end = new OrderlyEnd(cleaning);
    Thread working = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end.interrupt(working), "flint-end"));
    return end;
  }

  private void interrupt(Thread working) {
    if (closed.getCount() == 0) {
      return;
    }
    working.interrupt();
    try {
      closed.await(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    // An interrupt would close every file and socket that the cleaning needs.
    boolean interrupted = Thread.interrupted();
    try {
      cleaning.run();
    } finally {
      closed.countDown();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
