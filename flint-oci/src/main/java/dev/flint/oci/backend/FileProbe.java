package dev.flint.oci.backend;

import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;

/** Decides by its content what a file of a machine is, all but whole disks. */
public final class FileProbe {
  private FileProbe() {}

  /**
   * Looks at a file that is to be put into an image.
   *
   * @param role what it is for; a root file system must be raw and no disk of another format
   * @param name how messages call it
   * @throws FlintException INTEGRITY if it is cut off or damaged, POLICY if it is over a limit,
   *     UNSUPPORTED if it is of a kind that nobody starts
   */
  public static FileContent probe(FileRole role, FileChannel channel, String name)
      throws IOException {
    FileBytes file = FileBytes.of(channel, name);
    if (file.size() == 0) {
      throw new FlintException(ErrorCode.UNSUPPORTED, name + " is empty");
    }
    if (file.size() > role.maxBytes()) {
      throw new FlintException(
          ErrorCode.POLICY,
          "%s has %d bytes, the limit of a %s is %d"
              .formatted(name, file.size(), role.id(), role.maxBytes()));
    }
    return switch (role) {
      case DISK -> throw new IllegalArgumentException("a disk is probed by its own rules");
      case ROOTFS ->
          DiskProbe.probe(channel, name, DiskFormat.RAW).bootSector()
              ? FileContent.BOOT_DISK
              : FileContent.PLAIN_DISK;
      case INITRD -> FileContent.DATA;
      case KERNEL, MODULE -> program(file);
    };
  }

  private static FileContent program(FileBytes file) throws IOException {
    if (WasmFile.isWasm(file)) {
      return WasmFile.read(file.channel(), file.name()).component()
          ? FileContent.WASM_COMPONENT
          : FileContent.WASM_MODULE;
    }
    if (ElfProbe.isElf(file)) {
      return ElfProbe.probe(file);
    }
    if (LinuxImageProbe.isBzImage(file)) {
      return LinuxImageProbe.probeBzImage(file);
    }
    return LinuxImageProbe.isArm64Image(file) ? FileContent.LINUX_ARM64 : FileContent.DATA;
  }
}
