package dev.flint.bench.job;

import dev.flint.bench.machine.Stopwatch;
import dev.flint.bench.report.Report;
import dev.flint.bench.tool.Flint;
import dev.flint.bench.tool.Pushed;
import dev.flint.bench.tool.Tool;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What every job works with.
 *
 * @param work a folder for all that jobs write
 * @param flints variants, the first as users have it
 * @param peers other tools that are installed
 * @param log tells how far the work is
 */
public record Bench(
    Path work,
    List<Flint> flints,
    List<Tool> peers,
    int pairs,
    Stopwatch stopwatch,
    Pushed pushed,
    Report report,
    PrintStream log) {
  /** Flint as users have it. */
  public Flint flint() {
    return flints.get(0);
  }

  /** Variants of Flint, then the peers. */
  List<Tool> tools() {
    return Stream.<Tool>concat(flints.stream(), peers.stream()).toList();
  }
}
