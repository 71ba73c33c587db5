package dev.flint.oci.backend;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What an ELF file (System V gABI, chapters 4 and 5) is made for, by the names of its sections. A
 * file whose segments or tables lie outside of it is refused; one without section names is just an
 * ELF program. Reads little-endian files of 64 bits; others are not looked into.
 */
final class ElfProbe {
  private static final int HEADER = 64;
  private static final int SEGMENT = 56;
  private static final int SECTION = 64;

  /** A kernel has some dozens; more than this are not looked at. */
  private static final int MAX_SECTIONS = 4096;

  private static final int MAX_NAMES = 1 << 20;

  /** Unikraft's linker scripts gather constructors and boot information in such sections. */
  private static final byte[] UNIKRAFT = ".uk_".getBytes(StandardCharsets.ISO_8859_1);

  // What every build of Linux has (include/asm-generic/vmlinux.lds.h), and few programs.
  private static final byte[] INIT = ".init.text\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] EXCEPTIONS = "__ex_table\0".getBytes(StandardCharsets.ISO_8859_1);

  private final FileBytes file;

  private ElfProbe(FileBytes file) {
    this.file = file;
  }

  static boolean isElf(FileBytes file) throws IOException {
    return file.has(0, 0x7f, 'E', 'L', 'F');
  }

  static FileContent probe(FileBytes file) throws IOException {
    return new ElfProbe(file).probe();
  }

  private FileContent probe() throws IOException {
    if (!file.has(4, 2, 1)) {
      return FileContent.ELF;
    }
    ByteBuffer header = file.read(0, HEADER, "ELF header");
    checkSegments(header);
    return byNames(header);
  }

  private void checkSegments(ByteBuffer header) throws IOException {
    long table = header.getLong(32);
    int entrySize = Short.toUnsignedInt(header.getShort(54));
    int count = Short.toUnsignedInt(header.getShort(56));
    if (count == 0) {
      return;
    }
    if (entrySize < SEGMENT) {
      throw file.damaged("its program headers have " + entrySize + " bytes each");
    }
    file.require(table, (long) count * entrySize, "table of segments");
    for (int i = 0; i < count; i++) {
      ByteBuffer segment = file.read(table + (long) i * entrySize, SEGMENT, "program header");
      file.require(segment.getLong(8), segment.getLong(32), "segment " + i);
    }
  }

  private FileContent byNames(ByteBuffer header) throws IOException {
    long table = header.getLong(40);
    int entrySize = Short.toUnsignedInt(header.getShort(58));
    int count = Short.toUnsignedInt(header.getShort(60));
    int namesIndex = Short.toUnsignedInt(header.getShort(62));
    if (table == 0 || count == 0 || count > MAX_SECTIONS || namesIndex >= count) {
      return FileContent.ELF;
    }
    if (entrySize < SECTION) {
      throw file.damaged("its section headers have " + entrySize + " bytes each");
    }
    file.require(table, (long) count * entrySize, "table of sections");
    ByteBuffer namesHeader =
        file.read(table + (long) namesIndex * entrySize, SECTION, "section header");
    long size = namesHeader.getLong(32);
    file.require(namesHeader.getLong(24), size, "table of names");
    byte[] names =
        file.read(namesHeader.getLong(24), (int) Math.min(size, MAX_NAMES), "names").array();
    boolean init = false;
    boolean exceptions = false;
    for (int i = 0; i < count; i++) {
      ByteBuffer section = file.read(table + (long) i * entrySize, SECTION, "section header");
      long at = Integer.toUnsignedLong(section.getInt(0));
      if (has(names, at, UNIKRAFT)) {
        return FileContent.UNIKRAFT_ELF;
      }
      init |= has(names, at, INIT);
      exceptions |= has(names, at, EXCEPTIONS);
    }
    return init && exceptions ? FileContent.LINUX_ELF : FileContent.ELF;
  }

  /** Compared in place: names that share the bytes of a long one would be a lot of text. */
  private static boolean has(byte[] names, long at, byte[] text) {
    return at <= names.length - text.length
        && Arrays.equals(names, (int) at, (int) at + text.length, text, 0, text.length);
  }
}
