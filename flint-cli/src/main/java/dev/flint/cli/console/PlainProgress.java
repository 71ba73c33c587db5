package dev.flint.cli.console;

import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import java.util.function.LongSupplier;

/**
 * Progress for logs: a line every ten seconds, about the one item under way or about all together,
 * and one for each item that is over. Thread-safe.
 */
final class PlainProgress extends LastingProgress {
  private static final long LINE_MILLIS = 10_000;

  private long shown;

  PlainProgress(Console console, LongSupplier nanoTime) {
    super(console, nanoTime);
  }

  @Override
  void on(ProgressEvent event, Item item, long now) {
    if (event instanceof Advanced) {
      advanced(item, now);
    } else if (event instanceof Finished finished) {
      finished(item, finished.outcome(), now);
    }
  }

  private void advanced(Item item, long now) {
    if (work.pace().millis(now) >= LINE_MILLIS && now - shown >= LINE_MILLIS) {
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
