package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.Transfer;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint push}. */
@Command(
    name = "push",
    sortOptions = false,
    description = "Send an image of the local store to its registry.",
    footer = {
      "",
      "What the registry has already is not sent again. Prints the reference with its digest.",
      "",
      "Example:  flint push localhost:5000/demo/osv-hello:1.0"
    })
public final class PushCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "HOST/REPOSITORY[:TAG].")
  private Reference reference;

  @Mixin private RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public PushCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    RegistryRepository target = context.registry(registry).repository(reference);
    try (OciLayout store = context.store();
        OciLayout.Use use = store.use()) {
      LayoutImages images = new LayoutImages(store);
      images.require(reference);
      Document pushed =
          new Transfer(images, target, context.progress())
              .copy(reference, reference, Optional.empty());
      context.result(reference.tagged() + "@" + pushed.digest());
    }
    return 0;
  }
}
