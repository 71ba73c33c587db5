package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.console.Sizes;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint rmi}. */
@Command(
    name = "rmi",
    sortOptions = false,
    description = "Remove images from the local store, with what only they need.",
    footer = {"", "Example:  flint rmi osv-hello:1.0"})
public final class RemoveImageCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(arity = "1..*", paramLabel = "REF", description = "Images of the local store.")
  List<Reference> references;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public RemoveImageCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (OciLayout store = context.store()) {
      LayoutImages images = new LayoutImages(store);
      List<Descriptor> removed = new ArrayList<>();
      for (Reference reference : references) {
        removed.add(images.require(reference));
      }
      List<Pinned> gone = new ArrayList<>();
      try {
        for (Descriptor entry : removed) {
          String name = LayoutIndex.nameOf(entry).orElse("");
          store.changeIndex(index -> index.withRetired(name));
          gone.add(new Pinned(name, entry.digest()));
        }
        Optional<Long> freed = new GarbageCollector(store).sweep();
        context.note(
            freed
                .map(bytes -> "freed " + Sizes.of(bytes))
                .orElse("another flint uses the store: the next rmi or pull frees the blobs"));
      } finally {
        // What lost its name before something failed is gone.
        if (!gone.isEmpty()) {
          output.print(context, result(gone));
        }
      }
    }
    return 0;
  }

  private static Result result(List<Pinned> gone) {
    Supplier<List<String>> names = () -> gone.stream().map(Pinned::reference).toList();
    List<JsonObject> images = gone.stream().map(Pinned::json).toList();
    return Result.list("rmi/v1", "images", images, names, names);
  }
}
