package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.delta.ComparedDisk;
import dev.flint.oci.delta.DiskDiff;
import dev.flint.oci.delta.DiskDiff.Part;
import dev.flint.oci.delta.Download;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint diff}. */
@Command(
    name = "diff",
    sortOptions = false,
    description = "Compare two disks, and tell what an update would download.",
    footer = {
      "",
      "A and B are disk files or images of the local store. A word that begins with /",
      "or . or ends in .qemu, .qcow2, .raw, .img, .vbox, .vdi, .vmw, .vmware or .vmdk",
      "is a file; any other is an image. Write ./disk for a file without such a",
      "suffix, and give an image whose tag has one its digest.",
      "",
      "Disks are compared in the chunks that layers are made of; equal ones count",
      "once. For a file B what is missing is compressed to tell its size, and nothing",
      "is stored.",
      "",
      "Example:  flint diff osv-hello:1.0 osv-hello:1.1",
      "          flint diff web1.qcow2 my-disk.qcow2 --json"
    })
public final class DiffCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", paramLabel = "A", description = "The disk that is there.")
  String first;

  @Parameters(index = "1", paramLabel = "B", description = "The disk that is wanted.")
  String second;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin PlatformOption platform = new PlatformOption();

  /** Works in a context. */
  public DiffCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    DiskOperand there = DiskOperand.parse(first, context, platform);
    DiskOperand wanted = DiskOperand.parse(second, context, platform);
    try (OciLayout store = context.store();
        OciLayout.Use use = store.use();
        ComparedDisk a = there.open(store);
        ComparedDisk b = wanted.open(store)) {
      DiskDiff diff = DiskDiff.of(a, b);
      String bytes = Long.toString(diff.download().bytes());
      output.print(context, Result.object("diff/v1", json(diff), () -> lines(diff), bytes));
    }
    return 0;
  }

  private JsonObject json(DiskDiff diff) {
    Download download = diff.download();
    JsonObject json = JsonObject.empty().with("bytes", download.bytes());
    if (download.requests().isPresent()) {
      json = json.with("requests", download.requests().getAsInt());
    }
    if (download.whole().isPresent()) {
      json = json.with("wholeBytes", download.whole().getAsLong());
    }
    return JsonObject.empty()
        .with("a", first)
        .with("b", second)
        .with("shared", json(diff.shared()))
        .with("onlyA", json(diff.onlyFirst()))
        .with("onlyB", json(diff.onlySecond()))
        .with("download", json);
  }

  private static JsonObject json(Part part) {
    return JsonObject.empty().with("chunks", part.chunks()).with("bytes", part.bytes());
  }

  private static List<String> lines(DiskDiff diff) {
    Table table = new Table("", "CHUNKS", "BYTES");
    row(table, "in both", diff.shared());
    row(table, "only in A", diff.onlyFirst());
    row(table, "only in B", diff.onlySecond());
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add("A device that has A downloads " + text(diff.download()) + " for B.");
    return lines;
  }

  private static void row(Table table, String name, Part part) {
    table.row(name, Integer.toString(part.chunks()), Sizes.of(part.bytes()));
  }

  private static String text(Download download) {
    if (download.requests().isEmpty() || download.whole().isEmpty()) {
      return "about " + Sizes.of(download.bytes());
    }
    return String.format(
        Locale.ROOT,
        "%s of %s (%.1f %%) in %d requests",
        Sizes.of(download.bytes()),
        Sizes.of(download.whole().getAsLong()),
        100.0 * download.bytes() / download.whole().getAsLong(),
        download.requests().getAsInt());
  }
}
