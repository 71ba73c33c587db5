package dev.flint.oci.image;

import dev.flint.oci.FeatherKeys;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.layer.PackedLayer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * An open file that becomes a layer.
 *
 * @param entryName its name in the layer's tar, in a folder or not
 * @param disk what a disk was found to be; empty for other files
 * @param knownZeros as in {@link dev.flint.oci.layer.LayerPacker#pack}
 */
public record FileToPack(
    FileRole role,
    String entryName,
    Optional<DiskInfo> disk,
    FileChannel channel,
    LongUnaryOperator knownZeros) {
  /**
   * A disk.
   *
   * @param folder it lies in within the layer, with its slash, or empty
   */
  public static FileToPack disk(
      FileChannel channel, LongUnaryOperator knownZeros, DiskInfo disk, String folder) {
    return new FileToPack(
        FileRole.DISK, folder + disk.format().entryName(), Optional.of(disk), channel, knownZeros);
  }

  /** A file that is no disk. */
  public static FileToPack file(FileRole role, FileChannel channel, LongUnaryOperator knownZeros) {
    return new FileToPack(role, role.entryName(), Optional.empty(), channel, knownZeros);
  }

  /** What the layer's descriptor says of it. */
  Map<String, String> annotations(PackedLayer packed) throws IOException {
    if (disk.isPresent()) {
      return diskFacts(disk.get(), packed);
    }
    return Map.of(
        FeatherKeys.FILE_ROLE, role.id(),
        FeatherKeys.FILE_DIGEST, packed.diskDigest().toString(),
        FeatherKeys.FILE_SIZE, Long.toString(channel.size()));
  }

  /** What the labels say of it, for tools that drop annotations. */
  Map<String, String> labels(PackedLayer packed) {
    return disk.isPresent()
        ? diskFacts(disk.get(), packed)
        : Map.of(ImageFiles.digestLabel(role), packed.diskDigest().toString());
  }

  private static Map<String, String> diskFacts(DiskInfo disk, PackedLayer packed) {
    return new TreeMap<>(
        Map.of(
            FeatherKeys.DISK_DIGEST, packed.diskDigest().toString(),
            FeatherKeys.DISK_FORMAT, disk.format().id(),
            FeatherKeys.DISK_VIRTUAL_SIZE, Long.toString(disk.virtualSize())));
  }
}
