package dev.flint.cli.console;

/**
 * The size of a terminal's window.
 *
 * @param columns at least 1
 * @param rows at least 1
 */
record WindowSize(int columns, int rows) {
  private static final int USUAL_ROWS = 24;

  /** Of which only the width is known. */
  static WindowSize ofColumns(int columns) {
    return new WindowSize(columns, USUAL_ROWS);
  }
}
