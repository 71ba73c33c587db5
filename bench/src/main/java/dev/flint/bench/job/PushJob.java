package dev.flint.bench.job;

import dev.flint.bench.input.Input;
import dev.flint.bench.machine.LinkProxy;
import dev.flint.bench.machine.Measured;
import dev.flint.bench.machine.Registry;
import dev.flint.bench.machine.Script;
import dev.flint.bench.report.Series;
import dev.flint.bench.tool.Tool;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Import and push: a disk becomes an image in a registry that has nothing yet. */
public final class PushJob {
  private static final String REPOSITORY = "/bench/disk:1";
  private static final double BEST_PEER = 0.65;
  private static final double JDK_TO_SKOPEO = 1.0;

  private final Bench bench;
  private final Input input;

  /** Pushes the first version of an input. */
  public PushJob(Bench bench, Input input) {
    this.bench = bench;
    this.input = input;
  }

  /**
   * Measures and reports.
   *
   * @param floor in seconds
   */
  public void run(double floor) throws IOException {
    Contest contest = new Contest(input.name() + ": import and push", bench.log());
    for (Tool tool : bench.tools()) {
      Optional<OnTheWire> once = onTheWire(tool);
      if (once.isPresent()) {
        contest.enter(
            tool.name(),
            OptionalLong.of(once.get().bytes),
            OptionalLong.of(once.get().layer),
            () -> measure(tool));
      }
    }
    List<Series> series = contest.hold(bench.pairs());
    bench.report().job("Import and push");
    bench.report().table(series);
    bench
        .report()
        .targets(
            new Verdicts(series)
                .bestPeer(BEST_PEER)
                .jdkToSkopeo(JDK_TO_SKOPEO)
                .layers()
                .floor(floor)
                .memory()
                .all());
  }

  private record OnTheWire(long bytes, long layer) {}

  /** A run that is not timed; empty if the tool cannot push. */
  private Optional<OnTheWire> onTheWire(Tool tool) throws IOException {
    tool.reset();
    try (Registry registry = Registry.start(bench.work().resolve("registry"));
        LinkProxy link = LinkProxy.fast(registry.port())) {
      Optional<Script> script = tool.push(input.first(), link.host() + REPOSITORY);
      if (script.isEmpty()) {
        return Optional.empty();
      }
      bench.stopwatch().run(script.get());
      long layer = bench.pushed().look(registry.host() + REPOSITORY).layer().size();
      return Optional.of(new OnTheWire(link.total(), layer));
    }
  }

  private Measured measure(Tool tool) throws IOException {
    tool.reset();
    try (Registry registry = Registry.start(bench.work().resolve("registry"))) {
      Script script = tool.push(input.first(), registry.host() + REPOSITORY).orElseThrow();
      return bench.stopwatch().run(script);
    }
  }
}
