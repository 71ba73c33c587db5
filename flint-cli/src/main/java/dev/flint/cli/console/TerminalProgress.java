package dev.flint.cli.console;

import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Started;
import dev.flint.oci.progress.ProgressListener;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Progress on a terminal: a line for each item that takes over a second, and one for all together,
 * drawn anew several times a second; what is over gets a line that stays. Thread-safe; who moves
 * bytes never waits for the terminal.
 */
final class TerminalProgress implements ProgressListener {
  private static final long MILLIS = 1_000_000;
  private static final long PATIENCE_MILLIS = 1000;

  private final Console console;
  private final LongSupplier nanoTime;
  private final Drawer drawer;

  /** Held while something is written; taken before the lock of the work. */
  private final Object drawing = new Object();

  /** Guarded by itself. */
  private final Work work = new Work();

  private boolean drawn;

  /** Has {@link #draw} called from time to time. */
  interface Drawer {
    /** Begins to, as there is something to show, unless it does already. */
    void wake(TerminalProgress view);
  }

  TerminalProgress(Console console, LongSupplier nanoTime, Drawer drawer) {
    this.console = console;
    this.nanoTime = nanoTime;
    this.drawer = drawer;
  }

  private long now() {
    return nanoTime.getAsLong() / MILLIS;
  }

  @Override
  public void on(ProgressEvent event) {
    if (event instanceof Finished finished) {
      synchronized (drawing) {
        finish(finished);
      }
      return;
    }
    if (event instanceof Advanced) {
      sayReuse(event.item());
    }
    synchronized (work) {
      work.on(event, now());
    }
    if (event instanceof Started) {
      drawer.wake(this);
    }
  }

  /** Says once what of a longer item was here already, when the rest of it begins to come. */
  private void sayReuse(String name) {
    Optional<Item> found;
    synchronized (work) {
      long now = now();
      found =
          work.underWay(name)
              .filter(item -> !item.reuseSaid && item.reuse.bytes() > 0)
              .filter(item -> item.pace.millis(now) >= PATIENCE_MILLIS);
      found.ifPresent(item -> item.reuseSaid = true);
    }
    found.ifPresent(item -> console.note(item.label + "  " + ProgressText.reuse(item.reuse)));
  }

  private void finish(Finished finished) {
    Optional<String> end;
    Optional<String> total = Optional.empty();
    boolean idle;
    synchronized (work) {
      long now = now();
      end =
          work.on(finished, now)
              .filter(item -> finished.outcome() != Outcome.FAILED)
              .map(item -> ProgressText.end(item, finished.outcome(), now));
      if (work.isOver() && work.moved() > 1 && !work.hasFailed()) {
        total = Optional.of(ProgressText.total(work, now));
      }
      idle = !work.isUnderWay();
    }
    if (idle && drawn) {
      // Before the last words, so that nothing flickers.
      console.live(List.of());
      drawn = false;
    }
    end.ifPresent(console::note);
    total.ifPresent(console::note);
  }

  /**
   * Draws what is under way.
   *
   * @return whether there is anything
   */
  boolean draw(WindowSize window) {
    synchronized (drawing) {
      List<String> lines;
      boolean underWay;
      synchronized (work) {
        lines = new ProgressLayout(work, PATIENCE_MILLIS, window, now()).lines();
        underWay = work.isUnderWay();
      }
      if (drawn || !lines.isEmpty()) {
        drawn = !lines.isEmpty();
        return console.live(lines) && underWay;
      }
      return underWay;
    }
  }
}
