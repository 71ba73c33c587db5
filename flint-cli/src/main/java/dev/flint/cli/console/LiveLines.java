package dev.flint.cli.console;

import java.util.List;

/**
 * The lines at the end of what a terminal shows that are drawn anew. The cursor waits at the
 * beginning of the first of them: wherever it goes when a window is made narrower and its lines are
 * broken anew, all of the lines are below it, and what is above is not touched. Nothing stays
 * switched off between two writes, so a process may be killed at any time. Not thread-safe.
 */
final class LiveLines {
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  /**
   * Row and all below it, cursor back at the beginning. Not below from the first column on: in the
   * first row of its window tmux would take that for a new page, and keep the old.
   */
  private static final String WIPE = "\r\u001b[K\u001b[C\u001b[J\r";

  private List<String> shown = List.of();

  /** What to write to show these lines instead of the last. */
  String show(List<String> lines) {
    if (lines.isEmpty()) {
      return clear();
    }
    shown = lines;
    // Wiped first: rows that a narrower window made of one line would else stay one.
    return NO_WRAP
        + WIPE
        + String.join("\r\n", lines)
        + (lines.size() > 1 ? "\u001b[" + (lines.size() - 1) + "A" : "")
        + "\r"
        + WRAP;
  }

  /** What to write to have a line above the lines. */
  String above(String line) {
    List<String> lines = shown;
    return clear() + line + System.lineSeparator() + show(lines);
  }

  /** What to write to have none. */
  String clear() {
    if (shown.isEmpty()) {
      return "";
    }
    shown = List.of();
    return WIPE;
  }
}
