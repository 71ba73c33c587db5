package dev.flint.cli.console;

import dev.flint.oci.json.JsonObject;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Expected;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Reused;
import dev.flint.oci.progress.ProgressEvent.Started;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Progress for programs: events, few enough for a log. docs/progress.md. Thread-safe. */
final class JsonProgress extends LastingProgress {
  private static final long STEP_MILLIS = 250;
  private static final long TOTAL_MILLIS = 1000;

  private long totalShown;

  JsonProgress(Console console, LongSupplier nanoTime) {
    super(console, nanoTime);
  }

  @Override
  void on(ProgressEvent event, Item item, long now) {
    if (event instanceof Expected) {
      return;
    }
    if (event instanceof Started) {
      console.event("started", json -> size(json.with("item", item.name), item.total));
      total(now, work.finished() == 0 && work.underWay().size() == 1);
    } else if (event instanceof Finished finished) {
      // What a reader has not been told yet because it came too quickly.
      if (item.reuse.bytes() > 0 && !item.reuseSaid) {
        reused(item);
      }
      finished(item, finished.outcome());
      total(now, work.isOver());
    } else if (now - item.shown >= STEP_MILLIS) {
      item.shown = now;
      if (event instanceof Reused) {
        reused(item);
      } else {
        console.event("advanced", json -> counted(json, item));
      }
      total(now, false);
    } else if (event instanceof Reused) {
      item.reuseSaid = false;
    }
  }

  private void reused(Item item) {
    item.reuseSaid = true;
    console.event(
        "reused",
        json -> {
          JsonObject reused = counted(json, item).with("reusedBytes", item.reuse.bytes());
          return item.reuse.totalChunks() == 0
              ? reused
              : reused
                  .with("chunks", item.reuse.chunks())
                  .with("totalChunks", item.reuse.totalChunks());
        });
  }

  private void finished(Item item, Outcome outcome) {
    console.event(
        "finished",
        json -> counted(json, item).with("outcome", outcome.name().toLowerCase(Locale.ROOT)));
  }

  private static JsonObject counted(JsonObject json, Item item) {
    return size(json.with("item", item.name).with("bytes", item.pace.done()), item.total);
  }

  private static JsonObject size(JsonObject json, long total) {
    return total < 0 ? json : json.with("totalBytes", total);
  }

  private void total(long now, boolean inAnyCase) {
    if (!inAnyCase && now - totalShown < TOTAL_MILLIS) {
      return;
    }
    totalShown = now;
    console.event(
        "total",
        json -> {
          JsonObject total =
              json.with("items", work.count())
                  .with("finishedItems", work.finished())
                  .with("bytes", work.pace().done());
          JsonObject sized =
              size(total, work.total()).with("bytesPerSecond", work.pace().perSecond(now));
          long left = work.pace().secondsLeft(work.total(), now);
          return left < 0 || work.total() < 0 ? sized : sized.with("secondsLeft", left);
        });
  }
}
