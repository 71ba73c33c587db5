package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.json.JsonListing;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.StoreContents;
import dev.flint.oci.store.StoreContents.ImageUse;
import dev.flint.oci.store.StoreContents.Totals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flint store du}. */
@Command(
    name = "du",
    sortOptions = false,
    description = "Show what images take of the store, alone and together with others.",
    footer = {
      "",
      "UNIQUE is what flint rmi would free. No layer is read, however large the store",
      "is.",
      "",
      "Example:  flint store du -o json"
    })
public final class StoreUsageCommand implements Callable<Integer> {
  private final Context context;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public StoreUsageCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (OciLayout store = context.store()) {
      StoreContents contents = StoreContents.read(store);
      List<ImageUse> images = contents.images();
      long unpacked = context.imageCollector().bytes();
      Totals totals = contents.totals();
      JsonObject json =
          JsonObject.empty()
              .with("schema", "store-du/v1")
              .withObjects("images", List.of())
              .with("totals", json(totals, unpacked));
      output.print(
          context,
          new Result(
              new JsonListing(
                  json, "images", () -> images.stream().map(StoreUsageCommand::json).iterator()),
              () -> lines(images, totals, unpacked),
              () -> images.stream().map(ImageUse::name).toList()));
    }
    return 0;
  }

  private static JsonObject json(ImageUse image) {
    return JsonObject.empty()
        .with("reference", image.name())
        .with("digest", image.digest().toString())
        .with("size", image.bytes())
        .with("sharedBytes", image.shared())
        .with("uniqueBytes", image.unique());
  }

  private static JsonObject json(Totals totals, long unpacked) {
    return JsonObject.empty()
        .with("imageBytes", totals.needed())
        .with("orphanBytes", totals.orphans())
        .with("partialBytes", totals.partials())
        .with("leftoverBytes", totals.leftovers())
        .with("quarantineBytes", totals.quarantined())
        .with("storeBytes", totals.bytes())
        .with("unpackedBytes", unpacked);
  }

  private static List<String> lines(List<ImageUse> images, Totals totals, long unpacked) {
    Table table = new Table("REFERENCE", "SIZE", "SHARED", "UNIQUE");
    for (ImageUse image : images) {
      table.row(
          image.name(),
          Sizes.of(image.bytes()),
          Sizes.of(image.shared()),
          Sizes.of(image.unique()));
    }
    Table sums = new Table("TOTAL", "SIZE");
    sums.row("blobs of images", Sizes.of(totals.needed()));
    sums.row("orphan blobs", Sizes.of(totals.orphans()));
    sums.row("partial downloads", Sizes.of(totals.partials()));
    sums.row("leftovers of killed commands", Sizes.of(totals.leftovers()));
    sums.row("quarantine", Sizes.of(totals.quarantined()));
    sums.row("store", Sizes.of(totals.bytes()));
    sums.row("unpacked to run, beside the store", Sizes.of(unpacked));
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.addAll(sums.lines());
    return lines;
  }
}
