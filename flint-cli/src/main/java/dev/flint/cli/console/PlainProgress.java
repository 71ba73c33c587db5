package dev.flint.cli.console;

import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import java.util.function.LongSupplier;

/**
 * Progress for logs: a line every ten seconds, about the one item under way or about all together,
 * and one for each item that is over. Thread-safe.
 */
final class PlainProgress implements ProgressListener {
  private static final long MILLIS = 1_000_000;
  private static final long LINE_MILLIS = 10_000;

  private final Console console;
  private final LongSupplier nanoTime;
  private final Work work = new Work();
  private long shown;

  PlainProgress(Console console, LongSupplier nanoTime) {
    this.console = console;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void on(ProgressEvent event) {
    long now = nanoTime.getAsLong() / MILLIS;
    if (work.isOver()) {
      shown = now;
    }
    work.on(event, now)
        .ifPresent(
            item -> {
              if (event instanceof Advanced) {
                advanced(item, now);
              } else if (event instanceof Finished finished) {
                finished(item, finished.outcome(), now);
              }
            });
  }

  private void advanced(Item item, long now) {
    if (now - shown >= LINE_MILLIS) {
      shown = now;
      console.note(
          work.count() == 1
              ? ProgressText.line(item.label, item.pace, item.total, now)
              : ProgressText.line("total", work.pace(), work.total(), now));
    }
  }

  private void finished(Item item, Outcome outcome, long now) {
    if (outcome != Outcome.FAILED) {
      console.note(ProgressText.end(item, outcome, now));
    }
    if (work.isOver() && work.moved() > 1 && !work.hasFailed()) {
      console.note(ProgressText.total(work, now));
    }
  }
}
