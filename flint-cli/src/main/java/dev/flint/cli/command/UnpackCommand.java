package dev.flint.cli.command;

import dev.flint.oci.Reference;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.ImageUnpacker;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flint unpack}. */
@Command(
    name = "unpack",
    sortOptions = false,
    description = "Give back the disk of an image in the local store, byte for byte.",
    footer = {
      "",
      "Without a target the disk goes into the Capstan repository under the name of the",
      "repository in REF. Prints the path of the disk.",
      "",
      "Example:  flint unpack localhost:5000/demo/osv-hello:1.0 --to-capstan demo/osv-hello"
    })
public final class UnpackCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "An image of the local store.")
  private Reference reference;

  @Mixin private DiskOutput output = new DiskOutput();

  @Mixin private PlatformOption platform = new PlatformOption();

  /** Works in a context. */
  public UnpackCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (OciLayout store = context.store();
        OciLayout.Use use = store.use()) {
      DiskImage image = platform.read(store, reference);
      ImageUnpacker unpacker = new ImageUnpacker(store, context.chunks(), output.maxSize());
      Path written =
          output.write(
              context,
              reference,
              image,
              false,
              disk -> unpacker.unpack(image, disk, context.progress()));
      context.result(written.toString());
    }
    return 0;
  }
}
