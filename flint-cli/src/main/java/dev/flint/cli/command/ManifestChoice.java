package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.PlatformCheck;
import dev.flint.oci.transfer.PlatformChoice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a reference stands for: the very manifest or index it names, or one image of an index. */
final class ManifestChoice {
  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Platform of the image, if there are several. Default: the index itself.")
  @Nullable Platform platform;

  boolean isGiven() {
    return platform != null;
  }

  /**
   * Reads the chosen document.
   *
   * @throws FlintException NOT_FOUND if it does not exist
   */
  Document read(ImageSource source, Reference reference) throws IOException {
    Document root =
        source
            .resolve(reference)
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.NOT_FOUND, "image " + reference + " does not exist"));
    return platform == null ? root : select(source, reference, root, platform);
  }

  private static Document select(
      ImageSource source, Reference reference, Document root, Platform platform)
      throws IOException {
    if (!root.isIndex()) {
      PlatformCheck.check(PlatformCheck.config(source, Manifest.of(root)), reference, platform);
      return root;
    }
    return PlatformChoice.below(source, root, platform);
  }
}
