package dev.flint.cli.console;

import dev.flint.oci.error.Printable;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Advanced;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Started;
import dev.flint.oci.progress.ProgressListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shows progress: on a terminal a line for each item that takes over a second, redrawn; else a line
 * when an item ends and every ten seconds before. Thread-safe.
 */
public final class ProgressView implements ProgressListener {
  private static final long MILLIS = 1_000_000;
  private static final long PATIENCE_MILLIS = 1000;
  private static final long REDRAW_MILLIS = 100;
  private static final long LINE_MILLIS = 10_000;

  /** What scrolled out of a low window could not be redrawn. */
  private static final int MAX_LINES = 8;

  private final Console console;
  private final boolean redraws;
  private final LongSupplier nanoTime;
  private final Map<String, Item> items = new LinkedHashMap<>();
  private long drawnMillis;

  /** How many lines are there to be redrawn; the cursor is at the end of the last. */
  private int linesShown;

  private ProgressView(Console console, boolean redraws, LongSupplier nanoTime) {
    this.console = console;
    this.redraws = redraws;
    this.nanoTime = nanoTime;
  }

  /** A view for a mode. */
  public static ProgressListener of(Console console, ProgressMode mode, LongSupplier nanoTime) {
    return switch (mode) {
      case none -> ProgressListener.NONE;
      case plain -> new ProgressView(console, false, nanoTime);
      case tty -> new ProgressView(console, true, nanoTime);
      case auto -> new ProgressView(console, console.terminal(), nanoTime);
    };
  }

  private static final class Item {
    final String label;
    final long total;
    final long startedMillis;
    long done;
    long shownMillis;

    Item(String name, long total, long nowMillis) {
      this.label = label(name);
      this.total = total;
      this.startedMillis = nowMillis;
      this.shownMillis = nowMillis;
    }

    private static String label(String name) {
      boolean digest = name.matches("[a-z0-9]+:[0-9a-f]{64,}");
      return digest ? name.substring(name.indexOf(':') + 1).substring(0, 12) : Printable.of(name);
    }
  }

  @Override
  public synchronized void on(ProgressEvent event) {
    long now = nanoTime.getAsLong() / MILLIS;
    if (event instanceof Started started) {
      items.put(started.item(), new Item(started.item(), started.totalBytes(), now));
    } else if (event instanceof Advanced advanced) {
      Item item = items.get(advanced.item());
      if (item != null) {
        item.done += advanced.bytes();
        advanced(item, now);
      }
    } else if (event instanceof Finished finished) {
      Item item = items.remove(finished.item());
      if (item != null) {
        finished(item, finished.outcome(), now);
      }
    }
  }

  private void advanced(Item item, long now) {
    if (redraws) {
      if (now - item.startedMillis >= PATIENCE_MILLIS && now - drawnMillis >= REDRAW_MILLIS) {
        drawnMillis = now;
        draw(now);
      }
    } else if (now - item.shownMillis >= LINE_MILLIS) {
      item.shownMillis = now;
      console.note(line(item, now));
    }
  }

  /** Writes all lines in one piece, so that they do not flicker. */
  private void draw(long now) {
    List<String> lines =
        items.values().stream()
            .filter(item -> now - item.startedMillis >= PATIENCE_MILLIS)
            .limit(MAX_LINES)
            .map(item -> fit(line(item, now)))
            .toList();
    console.err().print(toFirstLine() + String.join("\u001b[K\n", lines) + "\u001b[J");
    console.err().flush();
    linesShown = lines.size();
  }

  private String toFirstLine() {
    return linesShown > 1 ? "\r\u001b[" + (linesShown - 1) + "A" : "\r";
  }

  private void finished(Item item, Outcome outcome, long now) {
    if (linesShown > 0) {
      console.err().print(toFirstLine() + "\u001b[J");
    }
    if (outcome != Outcome.FAILED) {
      String words =
          switch (outcome) {
            case DONE -> Sizes.of(item.done) + " in " + seconds(now - item.startedMillis);
            case PRESENT -> "already there";
            case MOUNTED -> "taken over within the registry";
            case FAILED -> "";
          };
      console.note(item.label + "  " + words);
    }
    if (linesShown > 0) {
      linesShown = 0;
      draw(now);
    }
  }

  private String line(Item item, long now) {
    long millis = Math.max(1, now - item.startedMillis);
    long rate = item.done * 1000 / millis;
    StringBuilder line = new StringBuilder(item.label).append("  ");
    if (item.total > 0) {
      line.append(item.done * 100 / item.total).append("%  ");
    }
    line.append(Sizes.of(item.done));
    if (item.total > 0) {
      line.append(" of ").append(Sizes.of(item.total));
    }
    line.append("  ").append(Sizes.of(rate)).append("/s");
    if (item.total > item.done && rate > 0) {
      line.append("  ").append(seconds((item.total - item.done) * 1000 / rate)).append(" left");
    }
    return line.toString();
  }

  private String fit(String line) {
    return line.length() < console.columns()
        ? line
        : line.substring(0, Math.max(1, console.columns() - 1));
  }

  private static String seconds(long millis) {
    return (millis < 10_000 ? Sizes.tenths((millis + 50) / 100) : millis / 1000) + " s";
  }
}
