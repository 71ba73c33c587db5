package dev.flint.cli.console;

import java.util.ArrayList;
import java.util.List;

/**
 * The lines of what is under way, within a window: a line for each item, and one for all together
 * if there are more. What does not fit goes in the order of its worth: bar, whole sizes, then more.
 */
final class ProgressLayout {
  private static final int SIZE = 9;
  private static final int RATE = 11;
  private static final int LEFT = 10;
  private static final int PERCENT = 4;
  private static final int GAP = 2;
  private static final int SHORT_LABEL = 8;
  private static final int LONG_LABEL = 24;
  private static final int SHORTEST_BAR = 8;
  private static final int LONGEST_BAR = 40;

  /** More are no help to anybody. */
  private static final int MOST_ITEMS = 8;

  private final Work work;
  private final long patience;
  private final int width;
  private final int height;
  private final long now;

  /**
   * A layout.
   *
   * @param patience what is over after so many milliseconds needs no line
   */
  ProgressLayout(Work work, long patience, WindowSize window, long now) {
    this.work = work;
    this.patience = patience;
    // The last column is left alone: terminals differ in what comes after it.
    this.width = Math.max(1, window.columns() - 1);
    this.height = Math.max(1, window.rows() - 1);
    this.now = now;
  }

  /** One line. */
  private record Row(String label, Pace pace, long total, boolean timed) {}

  List<String> lines() {
    if (!work.isUnderWay() || work.pace().millis(now) < patience) {
      return List.of();
    }
    List<Row> rows = rows();
    int label = rows.stream().mapToInt(row -> Columns.of(row.label())).max().orElse(0);
    int whole = Math.min(label, Math.max(SHORT_LABEL, Math.min(LONG_LABEL, width / 3)));
    int sizes = PERCENT + GAP + SIZE + 4 + SIZE;
    int wide = whole + GAP + sizes + GAP + RATE + GAP + LEFT;
    int bar = Math.min(LONGEST_BAR, width - wide - GAP);
    int brief = whole + GAP + PERCENT + GAP + SIZE + GAP + RATE + GAP + LEFT;
    return rows.stream()
        .map(
            row ->
                width >= wide
                    ? wide(row, whole, bar)
                    : width >= brief ? brief(row, whole) : narrow(row))
        .map(line -> Columns.cut(line.stripTrailing(), width))
        .toList();
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    List<Item> items =
        work.underWay().stream().filter(item -> item.pace.millis(now) >= patience).toList();
    boolean all = work.count() > 1;
    int most = Math.max(all ? 0 : 1, Math.min(MOST_ITEMS, height - (all ? 1 : 0)));
    items.stream()
        .limit(most)
        .map(item -> new Row(item.label, item.pace, item.total, !all))
        .forEach(rows::add);
    if (all) {
      String hidden = items.size() > most ? " +" + (items.size() - most) : "";
      rows.add(new Row("total" + hidden, work.pace(), work.total(), true));
    }
    return rows;
  }

  private List<String> fields(Row row) {
    return new ArrayList<>(
        List.of(
            row.total() > 0 ? ProgressText.percent(row.pace().done(), row.total()) + "%" : "",
            Sizes.of(row.pace().done()),
            ProgressText.rate(row.pace(), now),
            row.timed() ? ProgressText.left(row.pace(), row.total(), now) : ""));
  }

  private String wide(Row row, int label, int bar) {
    List<String> fields = fields(row);
    String of = row.total() > 0 ? " of " + Columns.right(Sizes.of(row.total()), SIZE) : "";
    return Columns.left(row.label(), label)
        + (bar < SHORTEST_BAR ? "" : gap(bar(row, bar)))
        + gap(Columns.right(fields.get(0), PERCENT))
        + gap(Columns.right(fields.get(1), SIZE))
        + Columns.left(of, 4 + SIZE)
        + gap(Columns.right(fields.get(2), RATE))
        + gap(fields.get(3));
  }

  private String brief(Row row, int label) {
    List<String> fields = fields(row);
    return Columns.left(row.label(), label)
        + gap(Columns.right(fields.get(0), PERCENT))
        + gap(Columns.right(fields.get(1), SIZE))
        + gap(Columns.right(fields.get(2), RATE))
        + gap(fields.get(3));
  }

  /** For 40 columns: where the time that is left is told, the size is not; then the rate goes. */
  private String narrow(Row row) {
    List<String> fields = fields(row);
    boolean timed = row.timed() && row.total() > 0;
    boolean rated = width >= SHORT_LABEL + GAP + PERCENT + GAP + SIZE + GAP + RATE;
    return Columns.left(row.label(), SHORT_LABEL)
        + gap(Columns.right(fields.get(0), PERCENT))
        + (timed ? "" : gap(Columns.right(fields.get(1), SIZE)))
        + (rated ? gap(Columns.right(fields.get(2), RATE)) : "")
        + gap(fields.get(3));
  }

  private static String gap(String field) {
    return " ".repeat(GAP) + field;
  }

  private static String bar(Row row, int length) {
    int inner = length - 2;
    if (row.total() <= 0) {
      return " ".repeat(length);
    }
    int full = (int) Math.min(inner, (long) ((double) inner * row.pace().done() / row.total()));
    String head = full > 0 && full < inner ? ">" : "";
    return "[" + Columns.left("=".repeat(full - head.length()) + head, inner) + "]";
  }
}
