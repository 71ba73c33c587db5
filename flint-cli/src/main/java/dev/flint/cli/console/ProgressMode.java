package dev.flint.cli.console;

/** How progress is shown. */
public enum ProgressMode {
  /** A bar on a terminal, else lines. */
  auto,
  /** A bar. */
  tty,
  /** Lines. */
  plain,
  /** Not at all. */
  none
}
