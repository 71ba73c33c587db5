package dev.flint.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The text of RESULTS.md, in Markdown, as it grows. */
public final class Report {
  private static final double MEBIBYTE = 1 << 20;
  private static final double MEGABYTE = 1e6;
  private static final List<String> HEAD =
      List.of(
          "tool",
          "wall s, median (min-max)",
          "CPU s",
          "peak RSS MiB",
          "wire MB",
          "layer bytes",
          "first row : this, wall");

  private final StringBuilder text = new StringBuilder();
  private final List<Target> targets = new ArrayList<>();
  private String input = "";
  private String job = "";

  /** The title of the whole. */
  public void title(String words) {
    text.append("# %s%n%n".formatted(words));
  }

  /**
   * Begins the part about an input.
   *
   * @param note more about it
   */
  public void input(String name, String note) {
    input = name;
    text.append("## %s, %s%n%n".formatted(name, note));
  }

  /** Begins the part about a job. */
  public void job(String name) {
    job = name;
    text.append("### %s%n%n".formatted(name));
  }

  /** A paragraph. */
  public void paragraph(String words) {
    text.append(words).append("\n\n");
  }

  /** Names and their values. */
  public void facts(Map<String, String> facts) {
    text.append("| | |\n|---|---|\n");
    facts.forEach((name, value) -> text.append("| %s | %s |%n".formatted(name, value)));
    text.append('\n');
  }

  /** A job's table; the first row is compared with the others. */
  public void table(List<Series> series) {
    Series flint = series.get(0);
    List<List<String>> rows = new ArrayList<>();
    for (Series row : series) {
      rows.add(
          List.of(
              row.tool(),
              "%.3f (%s)".formatted(row.wall(), span(row)),
              "%.2f".formatted(row.cpu()),
              "%.0f".formatted(row.peakMemory() / MEBIBYTE),
              row.wire().isPresent() ? "%.1f".formatted(row.wire().getAsLong() / MEGABYTE) : "-",
              row.layer().isPresent() ? "%,d".formatted(row.layer().getAsLong()) : "-",
              row.equals(flint) ? "-" : comparison(flint.ratioTo(row))));
    }
    rows(HEAD, rows);
  }

  private static String comparison(double ratio) {
    return (ratio > 1 ? "%.3f, slower" : "%.3f").formatted(ratio);
  }

  private static String span(Series row) {
    var walls = row.runs().stream().mapToDouble(run -> run.wall()).summaryStatistics();
    return "%.3f-%.3f".formatted(walls.getMin(), walls.getMax());
  }

  /** A table of any kind. */
  public void rows(List<String> head, List<List<String>> rows) {
    text.append("| ").append(String.join(" | ", head)).append(" |\n");
    text.append("|").append("---|".repeat(head.size())).append('\n');
    for (List<String> row : rows) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
    text.append('\n');
  }

  /** Figures with their limits. */
  public void targets(List<Target> reached) {
    for (Target target : reached) {
      text.append(target.line());
      targets.add(target.in(input + ", " + job));
    }
    text.append('\n');
  }

  /** How many targets were met, and which were not. */
  public String summary() {
    List<Target> missed = targets.stream().filter(target -> !target.met()).toList();
    StringBuilder summary = new StringBuilder();
    summary.append(
        "%d of %d targets met.%n%n".formatted(targets.size() - missed.size(), targets.size()));
    missed.forEach(target -> summary.append(target.line()));
    return summary.toString();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
