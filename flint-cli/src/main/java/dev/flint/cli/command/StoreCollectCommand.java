package dev.flint.cli.command;

import dev.flint.agent.control.ControlClient;
import dev.flint.agent.image.ImageCollector;
import dev.flint.agent.node.PodDocument;
import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
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
      "Removed images are freed by flint rmi; this finds the rest: blobs that lost their image,",
      "parts of downloads that nobody goes on with, and what killed commands left. Waits up to a",
      "minute for other commands that use the store. Signatures and SBOMs of images stay.",
      "",
      "Example:  flint store gc --dry-run"
    })
public final class StoreCollectCommand implements Callable<Integer> {
  private final Context context;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Remove nothing, print what would go.")
  private boolean dryRun;

  @Option(
      names = "--min-age",
      paramLabel = "TIME",
      defaultValue = "1h",
      converter = OptionTexts.AgeConverter.class,
      description = "Keep younger blobs, which another tool may be about to name. Default: 1h.")
  private Duration minAge;

  @Option(
      names = "--partials",
      paramLabel = "TIME",
      defaultValue = "7d",
      converter = OptionTexts.AgeConverter.class,
      description = "Keep parts of downloads that came later. Default: 7d.")
  private Duration partialAge;

  @Option(
      names = "--unpacked",
      description = "Free also disks and layers unpacked by flint run that no instance has.")
  private boolean unpacked;

  @Mixin private OutputOptions output = new OutputOptions();

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
    if (!collected.orphansKept().isEmpty()) {
      context.note("blobs without an image stay, as " + collected.orphansKept());
    }
    long more = unpacked ? unpacked() : 0;
    long sum = collected.bytes() + more;
    output.print(context, result(collected.items(), more, sum));
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
      return Optional.of(List.of());
    }
    try (ControlClient client = agent.get()) {
      return PodDocument.images(client.ask(JsonObject.empty().with("op", "pods")));
    }
  }

  private Result result(List<Item> items, long more, long sum) {
    List<JsonObject> json = new ArrayList<>();
    Table table = new Table("KIND", "DIGEST", "SIZE");
    List<String> names = new ArrayList<>();
    for (Item item : items) {
      String kind = item.kind().name().toLowerCase(Locale.ROOT);
      String digest = item.digest().map(Object::toString).orElse("");
      json.add(
          JsonObject.empty().with("kind", kind).with("digest", digest).with("size", item.bytes()));
      table.row(kind, digest.isEmpty() ? "-" : digest, Sizes.of(item.bytes()));
      names.add(digest.isEmpty() ? kind : digest);
    }
    if (more > 0) {
      json.add(JsonObject.empty().with("kind", "unpacked").with("digest", "").with("size", more));
      table.row("unpacked", "-", Sizes.of(more));
      names.add("unpacked");
    }
    JsonObject whole =
        JsonObject.empty()
            .with("schema", "store-gc/v1")
            .with("dryRun", dryRun)
            .with("bytes", sum)
            .withObjects("items", json);
    return new Result(
        whole, "items", () -> json.isEmpty() ? List.of() : table.lines(), () -> names);
  }
}
