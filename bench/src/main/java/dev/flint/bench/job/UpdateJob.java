package dev.flint.bench.job;

import dev.flint.bench.input.Disk;
import dev.flint.bench.input.Input;
import dev.flint.bench.machine.LinkProxy;
import dev.flint.bench.machine.Measured;
import dev.flint.bench.report.Target;
import dev.flint.bench.tool.Flint;
import dev.flint.bench.tool.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Flint's pull of a new version over a slow link, with and without the old one in its store. */
public final class UpdateJob {
  private static final long LINK = 20_000_000;
  private static final double REBUILT_EXT4 = 12;
  private static final double REBUILT_ROFS = 16;
  private static final double EDITED = 4;
  private static final double REQUESTS = 30;
  private static final double TIME = 30;

  private final Bench bench;
  private final Input input;
  private final Shelf shelf;

  private record Fetched(Measured measured, long bytes, long requests, long layer) {
    double percent() {
      return 100.0 * bytes / layer;
    }

    List<String> row(String what, double fullSeconds) {
      return List.of(
          what,
          "%.1f".formatted(measured.wall()),
          "%.1f %%".formatted(100 * measured.wall() / fullSeconds),
          "%,d".formatted(bytes),
          "%.2f %%".formatted(percent()),
          Long.toString(requests),
          "%.0f".formatted(measured.peakMemory() / (double) (1 << 20)));
    }
  }

  /** Updates from the first version of an input. */
  public UpdateJob(Bench bench, Input input, Shelf shelf) {
    this.bench = bench;
    this.input = input;
    this.shelf = shelf;
  }

  /** Measures and reports. */
  public void run() throws IOException {
    Fetched full = fetch("full pull", input.rebuilt(), false);
    Fetched rebuilt = fetch("rebuilt", input.rebuilt(), true);
    Fetched edited = fetch("edited in place", input.edited(), true);
    double fullSeconds = full.measured.wall();
    bench.report().job("Update over a link of 20 Mbit/s");
    bench
        .report()
        .rows(
            List.of(
                "pull of",
                "wall s",
                ": full",
                "bytes fetched",
                "of the layer",
                "requests",
                "peak RSS MiB"),
            List.of(
                full.row("version 2, store empty", fullSeconds),
                rebuilt.row("version 2 (rebuilt), version 1 in the store", fullSeconds),
                edited.row("version 1 edited in place, version 1 in the store", fullSeconds)));
    bench.report().targets(targets(full, rebuilt, edited));
  }

  private List<Target> targets(Fetched full, Fetched rebuilt, Fetched edited) {
    List<Target> targets = new ArrayList<>();
    targets.add(
        new Target(
            "rebuilt, % of the layer fetched",
            rebuilt.percent(), input.isRofs() ? REBUILT_ROFS : REBUILT_EXT4, 1));
    targets.add(new Target("rebuilt, requests for blobs", rebuilt.requests, REQUESTS, 0));
    targets.add(
        new Target(
            "rebuilt, % of the full pull's time",
            100 * rebuilt.measured.wall() / full.measured.wall(), TIME, 1));
    targets.add(new Target("edited, % of the layer fetched", edited.percent(), EDITED, 1));
    return targets;
  }

  private Fetched fetch(String what, Disk disk, boolean seeded) throws IOException {
    Flint flint = bench.flint();
    Image first = shelf.image(flint, input.first());
    Image image = shelf.image(flint, disk);
    flint.reset();
    if (seeded) {
      bench.stopwatch().run(flint.pull(first).orElseThrow());
    }
    try (LinkProxy link = LinkProxy.slow(shelf.port(), LINK)) {
      Image throughLink = image.at(link.host());
      Measured measured = bench.stopwatch().run(flint.pull(throughLink).orElseThrow());
      bench.log().printf("%s: update, %s: %.1f s%n", input.name(), what, measured.wall());
      Fetched fetched =
          new Fetched(measured, link.down(), link.blobRequests(), image.layer().size());
      bench
          .stopwatch()
          .run(
              flint.script(
                  "unpack --to '%s' %s".formatted(flint.unpacked(), throughLink.reference())));
      if (Files.mismatch(disk.file(), flint.unpacked()) >= 0) {
        throw new IOException("after the update the disk is another one");
      }
      return fetched;
    }
  }
}
