package dev.flint.cli.console;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has a view drawn anew while something is under way, by a thread that is there only then; so a
 * link that stands still is seen to stand still. Thread-safe.
 */
final class TerminalDrawer implements TerminalProgress.Drawer {
  private static final long REDRAW_MILLIS = 125;

  private final Console console;
  private @Nullable Window window;
  private boolean running;
  private boolean woken;

  TerminalDrawer(Console console) {
    this.console = console;
  }

  @Override
  public synchronized void wake(TerminalProgress view) {
    woken = true;
    if (!running) {
      running = true;
      Thread thread = new Thread(() -> run(view), "flint-progress");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run(TerminalProgress view) {
    try {
      do {
        TimeUnit.MILLISECONDS.sleep(REDRAW_MILLIS);
        // Not held: to ask for the size takes a process, and who wakes this moves bytes.
      } while (view.draw(window().get()) || !isOver());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the thread, unless there is more since it looked last. */
  private synchronized boolean isOver() {
    boolean over = !woken;
    woken = false;
    running = !over;
    return over;
  }

  /** Who draws first, watches the window and cleans up when the process is to end. */
  private synchronized Window window() {
    if (window == null) {
      window = Window.watch(console.size());
      try {
        Runtime.getRuntime().addShutdownHook(new Thread(console::endLive, "flint-clean"));
      } catch (IllegalStateException e) {
        console.endLive();
      }
    }
    return window;
  }
}
