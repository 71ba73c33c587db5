package dev.flint.bench.job;

import dev.flint.bench.machine.Measured;
import dev.flint.bench.report.Series;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/**
 * Lets tools do the same job in turn, round after round, every second round in the opposite order,
 * so that what changes on the machine meanwhile meets all of them.
 */
final class Contest {
  private final String job;
  private final PrintStream log;
  private final List<Contestant> contestants = new ArrayList<>();

  /** One way to do the job. */
  interface Run {
    Measured run() throws IOException;
  }

  private record Contestant(
      String name, OptionalLong wire, OptionalLong layer, Run run, List<Measured> runs) {
    Series series() {
      return new Series(name, List.copyOf(runs), wire, layer);
    }
  }

  Contest(String job, PrintStream log) {
    this.job = job;
    this.log = log;
  }

  void enter(String name, OptionalLong wire, OptionalLong layer, Run run) {
    contestants.add(new Contestant(name, wire, layer, run, new ArrayList<>()));
  }

  List<Series> hold(int rounds) throws IOException {
    List<Contestant> order = new ArrayList<>(contestants);
    for (int round = 1; round <= rounds; round++) {
      for (Contestant contestant : order) {
        Measured measured = contestant.run.run();
        contestant.runs.add(measured);
        log.printf(
            "%s, round %d of %d, %s: %.2f s%n",
            job, round, rounds, contestant.name, measured.wall());
      }
      Collections.reverse(order);
    }
    return contestants.stream().map(Contestant::series).toList();
  }
}
