package dev.flint.oci.image;

import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** What a disk has to be once it is out of its image. */
final class DiskCheck {
  private DiskCheck() {}

  /** The bytes must be those that were announced. */
  static void digest(FileRole role, Digest announced, Digest actual) throws IntegrityException {
    if (!actual.equals(announced)) {
      throw new IntegrityException(
          "the " + role.id() + " has the digest " + actual + ", the image announced " + announced);
    }
  }

  /** A file that a hypervisor may open as a disk must be safe as one; others are just bytes. */
  static void probe(ImageFile file, FileChannel channel) throws IOException {
    String name = "the " + file.role().id() + " of layer " + file.layer().digest();
    switch (file.role()) {
      case DISK -> DiskProbe.probe(channel, name);
      case ROOTFS -> DiskProbe.probe(channel, name, DiskFormat.RAW);
      case KERNEL, INITRD, MODULE -> {}
    }
  }

  /** The disk must be safe, and of the format the image announces if it announces one. */
  static DiskInfo probe(DiskImage image, FileChannel disk) throws IOException {
    String name = "the disk of image " + image.manifest().document().digest();
    Optional<String> declared = image.diskFact(FeatherKeys.DISK_FORMAT);
    if (declared.isEmpty()) {
      return DiskProbe.probe(disk, name);
    }
    DiskFormat format =
        DiskFormat.byId(declared.get())
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.UNSUPPORTED,
                        "the image announces a disk of unknown format " + declared.get()));
    return DiskProbe.probe(disk, name, format);
  }
}
