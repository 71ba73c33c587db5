package dev.flint.bench.job;

import dev.flint.bench.machine.Programs;
import dev.flint.bench.machine.Script;
import dev.flint.bench.report.Series;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Short commands, of which starting is nearly all. */
public final class StartJob {
  private static final int ROUNDS_PER_PAIR = 3;

  private final Bench bench;

  /** Starts all tools. */
  public StartJob(Bench bench) {
    this.bench = bench;
  }

  /** Measures and reports. */
  public void run() throws IOException {
    bench.flint().reset();
    Contest contest = new Contest("start", bench.log());
    enter(contest, "flint --version", bench.flint().script("--version"));
    enter(contest, "flint images", bench.flint().script("images"));
    for (String words : List.of("skopeo --version", "crane version", "oras version")) {
      Optional<Path> program = Programs.find(words.substring(0, words.indexOf(' ')));
      if (program.isPresent()) {
        enter(contest, words, new Script(words, Map.of()));
      }
    }
    List<Series> series = contest.hold(ROUNDS_PER_PAIR * bench.pairs());
    bench.report().input("Start", "of short commands");
    bench.report().table(series);
  }

  private void enter(Contest contest, String name, Script script) {
    contest.enter(
        name,
        OptionalLong.empty(),
        OptionalLong.empty(),
        () -> bench.stopwatch().runAtOnce(script));
  }
}
