package dev.flint.bench.report;

import java.util.List;

/** Medians, which one disturbed run does not move. */
public final class Medians {
  private Medians() {}

  /** The middle value, or the mean of the two in the middle; of at least one value. */
  public static double of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
