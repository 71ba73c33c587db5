package dev.flint.cli.console;

import java.util.ArrayList;
import java.util.List;

/**
 * What a terminal shows of the few controls that Flint uses; any other fails the test. A window
 * that is made narrower breaks its lines anew, as those of today do.
 */
final class TestScreen {
  /** Rows, each with whether it goes on in the next. */
  private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));

  private final List<Boolean> broken = new ArrayList<>(List.of(false));
  private int columns;
  private int row;
  private int column;
  private boolean wraps = true;

  TestScreen(int columns) {
    this.columns = columns;
  }

  void write(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> {
          newRow();
          column = 0;
        }
        case '\r' -> column = 0;
        case '\u001b' -> i = control(text, i + 2);
        default -> put(c);
      }
    }
  }

  private void newRow() {
    row++;
    if (row == rows.size()) {
      rows.add(new StringBuilder());
      broken.add(false);
    }
  }

  private void put(char c) {
    if (column == columns) {
      if (!wraps) {
        throw new AssertionError("a line of more than " + columns + " columns: " + rows.get(row));
      }
      broken.set(row, true);
      newRow();
      column = 0;
    }
    StringBuilder line = rows.get(row);
    while (line.length() <= column) {
      line.append(' ');
    }
    line.setCharAt(column++, c);
  }

  private int control(String text, int from) {
    int end = from;
    while (text.charAt(end) == '?' || Character.isDigit(text.charAt(end))) {
      end++;
    }
    String number = text.substring(from, end);
    switch (number.startsWith("?") ? number + text.charAt(end) : "" + text.charAt(end)) {
      case "A" -> row = Math.max(0, row - Integer.parseInt(number));
      case "C" -> column++;
      case "K" -> truncate(rows.get(row));
      case "J" -> {
        if (column == 0) {
          throw new AssertionError("in the first row tmux would keep the page that is wiped");
        }
        truncate(rows.get(row));
        broken.set(row, false);
        rows.subList(row + 1, rows.size()).clear();
        broken.subList(row + 1, broken.size()).clear();
      }
      case "?7l" -> wraps = false;
      case "?7h" -> wraps = true;
      default -> throw new AssertionError("unknown control: " + text.substring(from, end + 1));
    }
    return end;
  }

  private void truncate(StringBuilder line) {
    line.setLength(Math.min(line.length(), column));
  }

  /** Makes the window narrower; the cursor stays with its character. */
  void shrink(int newColumns) {
    TestScreen other = new TestScreen(newColumns);
    int cursorRow = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (i == row) {
        cursorRow = other.row;
      }
      other.write(rows.get(i).toString() + (i < rows.size() - 1 && !broken.get(i) ? "\r\n" : ""));
    }
    if (column != 0) {
      throw new AssertionError("this model knows only where the beginning of a line goes");
    }
    rows.clear();
    rows.addAll(other.rows);
    broken.clear();
    broken.addAll(other.broken);
    columns = newColumns;
    row = cursorRow;
  }

  /** The rows up to the last that says something. */
  List<String> rows() {
    List<String> texts =
        new ArrayList<>(rows.stream().map(line -> line.toString().stripTrailing()).toList());
    while (!texts.isEmpty() && texts.get(texts.size() - 1).isEmpty()) {
      texts.remove(texts.size() - 1);
    }
    return texts;
  }

  boolean isCursorAt(int wantedRow) {
    return row == wantedRow && column == 0 && wraps;
  }
}
