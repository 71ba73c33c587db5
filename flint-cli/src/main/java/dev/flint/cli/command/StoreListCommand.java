package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.StoreContents;
import dev.flint.oci.store.StoreContents.BlobUse;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flint store ls}. */
@Command(
    name = "ls",
    sortOptions = false,
    description = "List the blobs of the store, and which images use them.",
    footer = {
      "",
      "Last use is when a blob came or was read, as far as the file system notes that.",
      "With --quiet only the digests.",
      "",
      "Example:  flint store ls --orphans"
    })
public final class StoreListCommand implements Callable<Integer> {
  private final Context context;

  @Option(names = "--orphans", description = "Only those that no image uses.")
  boolean orphans;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public StoreListCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (OciLayout store = context.store()) {
      List<BlobUse> blobs =
          StoreContents.read(store).blobs().stream()
              .filter(blob -> blob.isOrphan() || !orphans)
              .toList();
      output.print(
          context,
          Result.list(
              "store-ls/v1",
              "blobs",
              () -> blobs.stream().map(StoreListCommand::json).iterator(),
              () -> table(blobs),
              () -> blobs.stream().map(blob -> blob.digest().toString()).toList()));
    }
    return 0;
  }

  private static JsonObject json(BlobUse blob) {
    return JsonObject.empty()
        .with("digest", blob.digest().toString())
        .with("kind", kind(blob))
        .with("size", blob.bytes())
        .with("lastUsed", time(blob))
        .withStrings("images", blob.images());
  }

  private static List<String> table(List<BlobUse> blobs) {
    Table table = new Table("DIGEST", "KIND", "SIZE", "LAST USE", "IMAGES");
    for (BlobUse blob : blobs) {
      table.row(
          blob.digest().abbreviated(),
          kind(blob),
          Sizes.of(blob.bytes()),
          time(blob),
          switch (blob.images().size()) {
            case 0 -> "-";
            case 1 -> blob.images().get(0);
            default -> blob.images().get(0) + " and " + (blob.images().size() - 1) + " more";
          });
    }
    return table.lines();
  }

  private static String kind(BlobUse blob) {
    return blob.role().name().toLowerCase(Locale.ROOT);
  }

  private static String time(BlobUse blob) {
    return blob.used().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
