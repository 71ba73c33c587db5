package dev.flint.agent.instance;

import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.disk.DiskFormat;
import java.nio.file.Path;
import java.util.List;

/**
 * An image whose content lies unpacked and verified on this device. Instances share it and never
 * change it.
 *
 * @param manifest digest of the manifest of this device's platform
 */
public record PreparedImage(Digest manifest, ImageConfig config, Content content) {
  /** What the layers became. */
  public sealed interface Content {}

  /**
   * A disk.
   *
   * @param file in the cache of disks; read-only
   * @param digest SHA-256 of the file's bytes, which is its key there
   * @param virtualSize in bytes, as the guest sees it
   */
  public record Disk(Path file, DiskFormat format, Digest digest, long virtualSize)
      implements Content {}

  /**
   * A container's root file system.
   *
   * @param layers folders, base first, in the form overlayfs takes as lower folders
   */
  public record Layers(List<Path> layers) implements Content {
    /** Copies the list. */
    public Layers {
      layers = List.copyOf(layers);
    }
  }
}
