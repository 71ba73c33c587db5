package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.cli.console.Table;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flint images}. */
@Command(
    name = "images",
    aliases = "ls",
    sortOptions = false,
    description = "List the images of the local store.",
    footer = {"", "Example:  flint images", "          flint images --json"})
public final class ImagesCommand implements Callable<Integer> {
  private final Context context;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public ImagesCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    List<ImageSummary> images;
    try (OciLayout store = context.store()) {
      images = new ImageList(store, context::note).read();
    }
    output.print(
        context,
        Result.list(
            "images/v1",
            "images",
            () -> images.stream().map(ImageSummary::toJson).iterator(),
            () -> table(images),
            () -> images.stream().map(ImageSummary::identifier).toList()));
    return 0;
  }

  private static List<String> table(List<ImageSummary> images) {
    Table table = new Table("REFERENCE", "DIGEST", "BACKEND", "PLATFORM", "DISK", "SIZE");
    for (ImageSummary image : images) {
      table.row(
          image.name(),
          image.digest().abbreviated(),
          image.facts().backend(),
          image.shownPlatforms(),
          image.facts().diskFormat(),
          Sizes.of(image.facts().sizeBytes()));
    }
    return table.lines();
  }
}
