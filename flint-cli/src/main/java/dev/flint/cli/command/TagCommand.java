package dev.flint.cli.command;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Reference;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint tag}. */
@Command(
    name = "tag",
    sortOptions = false,
    description = "Give an image of the local store one more name.",
    footer = {"", "Example:  flint tag osv-hello:1.0 localhost:5000/demo/osv-hello:stable"})
public final class TagCommand implements Callable<Integer> {
  private final Context context;

  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "REF", description = "An image of the local store.")
  Reference source;

  @Parameters(index = "1", paramLabel = "NEW-REF", description = "Its new name.")
  Reference target;

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public TagCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (target.digest().isPresent()) {
      throw new ParameterException(spec.commandLine(), "a new name has no digest: " + target);
    }
    try (OciLayout store = context.store()) {
      try (OciLayout.Use use = store.use()) {
        LayoutImages images = new LayoutImages(store);
        Descriptor entry = images.require(source);
        store.tag(LayoutImages.nameOf(target), entry);
        output.print(context, Pinned.of(target, entry.digest()).result("tag/v1"));
      }
      // What a moved name pointed to may have no other name.
      new GarbageCollector(store).sweep();
    }
    return 0;
  }
}
