package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.PlatformCheck;
import dev.flint.oci.transfer.Transfer;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flint pull}. */
@Command(
    name = "pull",
    sortOptions = false,
    description = "Fetch an image from its registry into the local store.",
    footer = {
      "",
      "Every byte is checked against its digest before it is kept. Of an image for several",
      "platforms the one for this machine is taken. Prints the reference with its digest.",
      "",
      "Example:  flint pull localhost:5000/demo/osv-hello:1.0"
    })
public final class PullCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "HOST/REPOSITORY[:TAG][@DIGEST].")
  private Reference reference;

  @ArgGroup private @Nullable Platforms platforms;

  /** One platform, or all. */
  static final class Platforms {
    @Option(
        names = "--platform",
        paramLabel = "OS/ARCH",
        description = "Take this platform. Default: linux on this machine's architecture.")
    private @Nullable Platform platform;

    @Option(names = "--all-platforms", description = "Take the image for every platform.")
    private boolean all;
  }

  @Mixin private RegistryOptions registry = new RegistryOptions();

  /** Works in a context. */
  public PullCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    RegistryRepository source = context.registry(registry).repository(reference);
    try (OciLayout store = context.store()) {
      try (OciLayout.Use use = store.use()) {
        if (platforms != null && platforms.platform != null) {
          PlatformCheck.check(source, reference, platforms.platform);
        }
        Document pulled =
            new Transfer(source, new LayoutImages(store), context.progress())
                .copy(reference, reference, platform());
        context.result(reference.tagged() + "@" + pulled.digest());
      }
      // What a moved name pointed to may have no other name.
      new GarbageCollector(store).sweep();
    }
    return 0;
  }

  private Optional<Platform> platform() {
    if (platforms == null) {
      return Optional.of(Platform.host());
    }
    return platforms.all
        ? Optional.empty()
        : Optional.of(platforms.platform == null ? Platform.host() : platforms.platform);
  }
}
