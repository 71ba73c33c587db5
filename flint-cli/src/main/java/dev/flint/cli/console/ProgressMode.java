package dev.flint.cli.console;

/** How progress is shown. */
public enum ProgressMode {
  /** Lines that are drawn anew on a terminal that people look at, else as {@link #plain}. */
  auto,
  /** Lines that are drawn anew. */
  tty,
  /** A line now and then. */
  plain,
  /** A JSON object on each line, docs/progress.md; notes and errors too. */
  json,
  /** Not at all. */
  none
}
