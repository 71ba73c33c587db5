package dev.flint.bench.report;

import dev.flint.bench.machine.Measured;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The runs of one tool at one job, in the order of the rounds.
 *
 * @param wire bytes that crossed the link, both ways, in a run that is not among these
 * @param layer size of the layer that it made or fetched, in bytes
 */
public record Series(String tool, List<Measured> runs, OptionalLong wire, OptionalLong layer) {
  /** Seconds. */
  public double wall() {
    return median(Measured::wall);
  }

  /** Seconds of all cores. */
  public double cpu() {
    return median(Measured::cpu);
  }

  /** The largest of all runs, in bytes. */
  public long peakMemory() {
    return runs.stream().mapToLong(Measured::peakMemory).max().orElse(0);
  }

  /** The median of the wall times' ratios, each of two runs of the same round. */
  public double ratioTo(Series other) {
    return Medians.of(
        IntStream.range(0, Math.min(runs.size(), other.runs.size()))
            .mapToObj(round -> runs.get(round).wall() / other.runs.get(round).wall())
            .toList());
  }

  private double median(ToDoubleFunction<Measured> figure) {
    return Medians.of(runs.stream().map(figure::applyAsDouble).toList());
  }
}
