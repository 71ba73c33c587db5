package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Formats that Flint does not carry but must not take for raw disks either: a hypervisor that
 * guesses formats would interpret them. Signatures are those of the formats' documents and of
 * QEMU's probes.
 */
enum ForeignFormat {
  ELF("an ELF program: a kernel, not a disk", Remedy.DISK, 0, "\u007fELF"),
  GZIP("compressed with gzip", Remedy.DECOMPRESS, 0, "\u001f\u008b\b"),
  XZ("compressed with xz", Remedy.DECOMPRESS, 0, "\u00fd7zXZ\0"),
  ZSTD("compressed with zstd", Remedy.DECOMPRESS, 0, "(\u00b5/\u00fd"),
  BZIP2("compressed with bzip2", Remedy.DECOMPRESS, 0, "BZh"),
  LZ4("compressed with lz4", Remedy.DECOMPRESS, 0, "\u0004\"M\u0018"),
  VMDK_ESX("a VMware ESX sparse extent", Remedy.CONVERT, 0, "COWD"),
  VHDX("a VHDX disk", Remedy.CONVERT, 0, "vhdxfile"),
  VHD("a VHD disk", Remedy.CONVERT, 0, "conectix"),
  VHD_FIXED("a fixed VHD disk", Remedy.CONVERT, -512, "conectix"),
  // Virtual PC before 2004 wrote a footer of 511 bytes.
  VHD_FIXED_OLD("a fixed VHD disk", Remedy.CONVERT, -511, "conectix"),
  QED("a QED disk", Remedy.CONVERT, 0, "QED\0"),
  LUKS("a LUKS encrypted volume", Remedy.CONVERT, 0, "LUKS\u00ba\u00be"),
  BOCHS("a Bochs disk", Remedy.CONVERT, 0, "Bochs Virtual HD Image"),
  COW("a user-mode Linux COW file", Remedy.CONVERT, 0, "OOOM"),
  PARALLELS("a Parallels disk", Remedy.CONVERT, 0, "WithoutFreeSpace"),
  PARALLELS_EXTENDED("a Parallels disk", Remedy.CONVERT, 0, "WithouFreSpacExt"),
  CLOOP("a cloop disk", Remedy.CONVERT, 0, "#!/bin/sh\n#V2.0 Format\nmodprobe cloop"),
  DMG("an Apple disk image", Remedy.CONVERT, -512, "koly"),
  ISO("an ISO 9660 image", Remedy.CONVERT, 32769, "CD001");

  private final String label;
  private final Remedy remedy;
  private final long offset;
  private final String magic;

  /**
   * @param offset where the signature is; negative counts from the end of the file
   * @param magic the signature, a character a byte
   */
  ForeignFormat(String label, Remedy remedy, long offset, String magic) {
    this.label = label;
    this.remedy = remedy;
    this.offset = offset;
    this.magic = magic;
  }

  /** What it is, to follow "it is ". */
  String label() {
    return label;
  }

  String remedy() {
    return remedy.text;
  }

  static Optional<ForeignFormat> of(GuestBytes content) throws IOException {
    for (ForeignFormat format : values()) {
      long at = format.offset < 0 ? content.size() + format.offset : format.offset;
      if (content.has(at, format.magic.getBytes(StandardCharsets.ISO_8859_1))) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  private enum Remedy {
    CONVERT("convert it first: qemu-img convert -O qcow2 IN OUT"),
    DECOMPRESS("decompress it first"),
    DISK("name the disk image that the kernel belongs to");

    private final String text;

    Remedy(String text) {
      this.text = text;
    }
  }
}
