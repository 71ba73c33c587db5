package dev.flint.cli.console;

import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.Reuse;

/** The words of progress that stay. */
final class ProgressText {
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  private ProgressText() {}

  /** What is under way. */
  static String line(String label, Pace pace, long total, long now) {
    StringBuilder line = new StringBuilder(label).append("  ");
    if (total > 0) {
      line.append(percent(pace.done(), total)).append("%  ");
    }
    line.append(Sizes.of(pace.done()));
    if (total > 0) {
      line.append(" of ").append(Sizes.of(total));
    }
    line.append("  ").append(rate(pace, now));
    String left = left(pace, total, now);
    return left.isEmpty() ? line.toString() : line.append("  ").append(left).toString();
  }

  static String rate(Pace pace, long now) {
    return Sizes.of(pace.perSecond(now)) + "/s";
  }

  /** What is over. */
  static String end(Item item, Outcome outcome, long now) {
    return item.label
        + "  "
        + switch (outcome) {
          case DONE ->
              Sizes.of(item.pace.done()) + " in " + seconds(item.pace.millis(now)) + reused(item);
          case PRESENT -> "already there";
          case MOUNTED -> "taken over within the registry";
          case FAILED -> "failed";
        };
  }

  private static String reused(Item item) {
    return item.reuse.bytes() == 0 || item.reuseSaid ? "" : ", " + reuse(item.reuse);
  }

  /** All that was moved. */
  static String total(Work work, long now) {
    long millis = Math.max(1, work.pace().millis(now));
    return "total  "
        + Sizes.of(work.pace().done())
        + " in "
        + seconds(millis)
        + "  "
        + work.count()
        + " items";
  }

  /** For example {@code 812 of 840 chunks already here}. */
  static String reuse(Reuse reuse) {
    return reuse.totalChunks() > 0
        ? reuse.chunks() + " of " + reuse.totalChunks() + " chunks already here"
        : Sizes.of(reuse.bytes()) + " already here";
  }

  static long percent(long done, long total) {
    return total <= 0 ? 0 : Math.min(100, (long) (100.0 * done / total));
  }

  /** For example {@code 12 s left}, or nothing as long as nobody can tell. */
  static String left(Pace pace, long total, long now) {
    long seconds = pace.secondsLeft(total, now);
    if (seconds < 0 || total <= 0) {
      return "";
    }
    if (seconds < 2 * MINUTE) {
      return seconds + " s left";
    }
    long minutes = (seconds + MINUTE - 1) / MINUTE;
    return seconds < 2 * HOUR ? minutes + " min left" : (seconds + HOUR - 1) / HOUR + " h left";
  }

  static String seconds(long millis) {
    return (millis < 10_000 ? Sizes.tenths((millis + 50) / 100) : millis / 1000) + " s";
  }
}
