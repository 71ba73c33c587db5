package dev.flint.bench.job;

import dev.flint.bench.input.Disk;
import dev.flint.bench.input.Input;
import dev.flint.bench.machine.LinkProxy;
import dev.flint.bench.machine.Measured;
import dev.flint.bench.machine.Script;
import dev.flint.bench.report.Series;
import dev.flint.bench.tool.Flint;
import dev.flint.bench.tool.Image;
import dev.flint.bench.tool.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Pull into a store, and pull and unpack to a disk file; into empty stores each time. */
public final class PullJob {
  private static final double PULL = 1.15;
  private static final double UNPACK = 0.45;
  private static final double UNPACK_JDK = 0.55;

  private final Bench bench;
  private final Input input;
  private final Shelf shelf;

  /** Fetches the first version of an input from a shelf. */
  public PullJob(Bench bench, Input input, Shelf shelf) {
    this.bench = bench;
    this.input = input;
    this.shelf = shelf;
  }

  private interface Fetch {
    Optional<Script> of(Image image) throws IOException;
  }

  /** Measures and reports pulling alone. */
  public void pull() throws IOException {
    Contest contest = new Contest(input.name() + ": pull", bench.log());
    for (Tool tool : bench.tools()) {
      enter(contest, tool.name(), tool, tool::pull, false);
    }
    List<Series> series = contest.hold(bench.pairs());
    bench.report().job("Pull");
    bench.report().table(series);
    bench.report().targets(new Verdicts(series).bestPeer(PULL).memory().all());
  }

  /**
   * Measures and reports pulling and unpacking.
   *
   * @param floor in seconds
   */
  public void unpack(double floor) throws IOException {
    Contest contest = new Contest(input.name() + ": pull and unpack", bench.log());
    for (Flint flint : bench.flints()) {
      enter(contest, flint.name(), flint, flint::unpack, true);
      enter(contest, flint.name() + ", one pass", flint, flint::unpackInOnePass, true);
    }
    for (Tool peer : bench.peers()) {
      enter(contest, peer.name(), peer, peer::unpack, true);
    }
    List<Series> series = contest.hold(bench.pairs());
    bench.report().job("Pull and unpack to a disk");
    bench.report().table(series);
    bench
        .report()
        .targets(
            new Verdicts(series)
                .bestPeer(UNPACK)
                .jdkToSkopeo(UNPACK_JDK)
                .floor(floor)
                .memory()
                .all());
  }

  /** Has the tool run once through a link that counts, and looks at the disk it made. */
  private void enter(Contest contest, String name, Tool tool, Fetch fetch, boolean unpacks)
      throws IOException {
    Disk disk = input.first();
    Image image = shelf.image(tool, disk);
    Optional<Script> script = fetch.of(image);
    if (script.isEmpty()) {
      return;
    }
    long wire;
    tool.reset();
    try (LinkProxy link = LinkProxy.fast(shelf.port())) {
      bench.stopwatch().run(fetch.of(image.at(link.host())).orElseThrow());
      wire = link.total();
    }
    if (unpacks) {
      requireEqual(disk.file(), tool.unpacked(), name);
    }
    contest.enter(
        name,
        OptionalLong.of(wire),
        OptionalLong.of(image.layer().size()),
        () -> measure(tool, script.get()));
  }

  private Measured measure(Tool tool, Script script) throws IOException {
    tool.reset();
    return bench.stopwatch().run(script);
  }

  private static void requireEqual(Path disk, Path unpacked, String name) throws IOException {
    if (Files.mismatch(disk, unpacked) >= 0) {
      throw new IOException(name + " unpacked another disk than " + disk);
    }
  }
}
