package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.agent.image.ImageCollector;
import dev.flint.agent.node.PodDocument;
import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.StoreGarbage;
import dev.flint.oci.store.StoreGarbage.Item;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flint store gc}. */
@Command(
    name = "gc",
    sortOptions = false,
    description = "Free what no image and no instance needs.",
    footer = {
      "",
      "Removed images are freed by flint rmi; this finds the rest: blobs that lost",
      "their image, parts of downloads that nobody goes on with, and what killed",
      "commands left. Waits up to a minute for other commands that use the store.",
      "Signatures and SBOMs of images stay.",
      "",
      "Example:  flint store gc --dry-run"
    })
public final class StoreCollectCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--dry-run", description = "Do nothing but print it: what would go.")
  boolean dryRun;

  @Option(
      names = "--min-age",
      paramLabel = "TIME",
      defaultValue = "1h",
      converter = OptionTexts.AgeConverter.class,
      description = "Keep younger blobs, which another tool may be about to name. Default: 1h.")
  Duration minAge;

  @Option(
      names = "--partials",
      paramLabel = "TIME",
      defaultValue = "7d",
      converter = OptionTexts.AgeConverter.class,
      description = "Keep parts of downloads that came later. Default: 7d.")
  Duration partialAge;

  @Option(
      names = "--unpacked",
      description = "Free also disks and layers unpacked by flint run that no instance has.")
  boolean unpacked;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public StoreCollectCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    StoreGarbage.Collected collected;
    try (OciLayout store = context.store()) {
      collected =
          new StoreGarbage(store, Clock.systemUTC())
              .collect(new StoreGarbage.Wish(minAge, partialAge, dryRun));
    }
    if (!collected.blobsKept().isEmpty()) {
      context.note("blobs stay, as " + collected.blobsKept());
    }
    long more = unpacked ? unpacked() : 0;
    long sum = collected.bytes() + more;
    print(collected.items(), more, sum);
    context.note((dryRun ? "would free " : "freed ") + Sizes.of(sum));
    return 0;
  }

  private long unpacked() throws IOException {
    ImageCollector collector = context.imageCollector();
    Optional<List<String>> wanted = wantedByPods();
    if (wanted.isEmpty()) {
      context.note("what is unpacked stays, as the agent cannot tell yet what its pods want");
      return 0;
    }
    ImageCollector.Wish all = new ImageCollector.Wish(Long.MAX_VALUE, 0, minAge, wanted.get());
    if (dryRun) {
      return collector.unusedBytes(all);
    }
    return collector.collect(all).map(ImageCollector.Collected::bytes).orElse(0L);
  }

  /** What pods want, be it that they have no instances yet; empty if that is not known. */
  private Optional<List<String>> wantedByPods() throws IOException {
    Optional<ControlClient> agent = ControlClient.connect(context.state().socket());
    if (agent.isEmpty()) {
      // One that takes over what runs since the last time does not listen yet.
      return context.state().isTaken() ? Optional.empty() : Optional.of(List.of());
    }
    try (ControlClient client = agent.get()) {
      return PodDocument.images(client.ask(JsonObject.empty().with("op", "pods")));
    }
  }

  /** One line of the result. */
  private record Row(String kind, String digest, long bytes) {
    static Row of(Item item) {
      return new Row(
          item.kind().name().toLowerCase(Locale.ROOT),
          item.digest().map(Object::toString).orElse(""),
          item.bytes());
    }

    JsonObject json() {
      return JsonObject.empty().with("kind", kind).with("digest", digest).with("size", bytes);
    }

    String name() {
      return digest.isEmpty() ? kind : digest;
    }
  }

  private void print(List<Item> items, long more, long sum) throws FlintException {
    List<Row> rows = new ArrayList<>();
    items.forEach(item -> rows.add(Row.of(item)));
    if (more > 0) {
      rows.add(new Row("unpacked", "", more));
    }
    JsonObject head =
        JsonObject.empty()
            .with("schema", "store-gc/v1")
            .with("dryRun", dryRun)
            .with("freedBytes", sum);
    output.print(
        context,
        Result.list(
            head,
            "items",
            () -> rows.stream().map(Row::json).iterator(),
            () -> rows.isEmpty() ? List.of() : table(rows),
            () -> rows.stream().map(Row::name).toList()));
  }

  private static List<String> table(List<Row> rows) {
    Table table = new Table("KIND", "DIGEST", "SIZE");
    for (Row row : rows) {
      table.row(row.kind(), row.digest().isEmpty() ? "-" : row.digest(), Sizes.of(row.bytes()));
    }
    return table.lines();
  }
}
