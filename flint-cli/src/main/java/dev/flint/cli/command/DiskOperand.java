package dev.flint.cli.command;

import dev.flint.oci.Reference;
import dev.flint.oci.delta.ComparedDisk;
import dev.flint.oci.delta.LayerDisk;
import dev.flint.oci.disk.DiskNames;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.nio.file.Path;

/** A disk as a user names it. */
@FunctionalInterface
interface DiskOperand {
  /** Opens it. */
  ComparedDisk open(OciLayout store) throws IOException;

  /**
   * Tells a file from an image by the spelling alone: what else lies in the working folder must not
   * change what a command means.
   */
  static DiskOperand parse(String word, Context context, PlatformOption platform)
      throws FlintException {
    if (word.startsWith("/") || word.startsWith(".") || DiskNames.isDisk(word)) {
      return store -> context.diskFile(Path.of(word));
    }
    Reference reference = reference(word);
    return store ->
        LayerDisk.read(new LayoutImages(store), platform.read(store, reference).layer());
  }

  private static Reference reference(String word) throws FlintException {
    try {
      return Reference.parse(word);
    } catch (IllegalArgumentException e) {
      throw new FlintException(
          ErrorCode.USAGE,
          "neither called like a disk file nor like an image: " + e.getMessage(),
          "write a file with another suffix with its folder: ./" + word,
          e);
    }
  }
}
