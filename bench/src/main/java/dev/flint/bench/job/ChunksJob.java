package dev.flint.bench.job;

import dev.flint.bench.input.Disk;
import dev.flint.bench.input.Input;
import dev.flint.bench.machine.Folders;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What the bounds of chunks do to layers and updates. Counts only, so the load does not matter. */
public final class ChunksJob {
  private static final List<ChunkSizes> SIZES =
      List.of(
          kibibytes(16, 64, 256),
          kibibytes(32, 128, 512),
          kibibytes(64, 256, 512),
          kibibytes(64, 256, 1024),
          kibibytes(128, 512, 2048),
          kibibytes(256, 1024, 4096));

  private final Bench bench;
  private final Input input;
  private final Codec codec;

  /** Sizes with all that was counted. */
  private record Trial(ChunkSizes sizes, TrialLayer first, Update rebuilt, Update edited) {
    String label() {
      return sizes.equals(ChunkSizes.USUAL) ? "**" + text(sizes) + "** (in use)" : text(sizes);
    }

    List<String> layerRow(long usual) {
      return List.of(
          label(),
          "%,d".formatted(first.size()),
          "%.4f".formatted((double) first.size() / usual),
          "%,d".formatted(first.table().count()),
          "%,d".formatted(first.tableBytes()));
    }

    List<String> updateRow(Update update) {
      UpdateCost cost = update.cost;
      return List.of(
          label(),
          "%,d".formatted(cost.chunks()),
          "%,d".formatted(cost.bytes()),
          update.percent(cost.bytes()),
          Integer.toString(cost.ranges()),
          "%,d".formatted(cost.pull().bytes()),
          update.percent(cost.pull().bytes()),
          Integer.toString(cost.pull().requests().orElse(0)));
    }
  }

  private record Update(UpdateCost cost, long layer) {
    String percent(long bytes) {
      return "%.2f %%".formatted(100.0 * bytes / layer);
    }
  }

  /** Packs the disks of an input by a codec. */
  public ChunksJob(Bench bench, Input input, Codec codec) {
    this.bench = bench;
    this.input = input;
    this.codec = codec;
  }

  private static ChunkSizes kibibytes(int min, int mean, int max) {
    return new ChunkSizes(min << 10, mean << 10, max << 10);
  }

  private static String text(ChunkSizes sizes) {
    return "%d/%d/%d".formatted(sizes.min() >> 10, sizes.mean() >> 10, sizes.max() >> 10);
  }

  /** Counts and reports. */
  public void run() throws IOException {
    List<Trial> trials = new ArrayList<>();
    for (ChunkSizes sizes : SIZES) {
      bench.log().printf("%s: chunks of %s KiB%n", input.name(), text(sizes));
      trials.add(trial(sizes));
    }
    bench.report().job("Chunk sizes: layer of version 1 (%s)".formatted(codec.encoder()));
    layers(trials);
    bench.report().job("Chunk sizes: version 2 (rebuilt), with version 1 in the store");
    updates(trials, Trial::rebuilt);
    bench.report().job("Chunk sizes: version 1 edited in place, with version 1 in the store");
    updates(trials, Trial::edited);
  }

  private Trial trial(ChunkSizes sizes) throws IOException {
    LayerPacker packer = new LayerPacker(codec, sizes, Runtime.getRuntime().availableProcessors());
    Path folder = Folders.empty(bench.work().resolve("chunks"));
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      TrialLayer first = TrialLayer.pack(input.first().file(), packer, layout);
      return new Trial(
          sizes,
          first,
          update(first, input.rebuilt(), packer, layout),
          update(first, input.edited(), packer, layout));
    } finally {
      Folders.delete(folder);
    }
  }

  private static Update update(TrialLayer old, Disk disk, LayerPacker packer, OciLayout layout)
      throws IOException {
    TrialLayer changed = TrialLayer.pack(disk.file(), packer, layout);
    return new Update(UpdateCost.of(old, changed), changed.size());
  }

  private void layers(List<Trial> trials) {
    long usual =
        trials.stream()
            .filter(trial -> trial.sizes.equals(ChunkSizes.USUAL))
            .mapToLong(trial -> trial.first.size())
            .findFirst()
            .orElseThrow();
    bench
        .report()
        .rows(
            List.of("min/mean/max KiB", "layer bytes", ": in use", "chunks", "table bytes"),
            trials.stream().map(trial -> trial.layerRow(usual)).toList());
  }

  private void updates(List<Trial> trials, Function<Trial, Update> which) {
    bench
        .report()
        .rows(
            List.of(
                "min/mean/max KiB",
                "missing chunks",
                "their bytes, and table",
                "of the layer",
                "ranges",
                "bytes fetched",
                "of the layer",
                "requests"),
            trials.stream().map(trial -> trial.updateRow(which.apply(trial))).toList());
  }
}
