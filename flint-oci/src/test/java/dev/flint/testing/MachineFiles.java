package dev.flint.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Kernels, modules and file systems by the rules of their formats; nothing in them runs. */
public final class MachineFiles {
  private MachineFiles() {}

  /** Bytes that do not compress, the same for the same seed. */
  public static byte[] noise(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** An ELF file of 64 bits with one segment and sections of these names. */
  public static byte[] elf(byte[] content, String... sections) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    names.write(0);
    int[] at = new int[sections.length];
    for (int i = 0; i < sections.length; i++) {
      at[i] = names.size();
      names.writeBytes(sections[i].getBytes(StandardCharsets.US_ASCII));
      names.write(0);
    }
    int count = sections.length + 2;
    int namesAt = 64 + 56 + content.length;
    int tableAt = namesAt + names.size();
    ByteBuffer elf = ByteBuffer.allocate(tableAt + 64 * count).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    elf.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1);
    elf.putLong(32, 64).putLong(40, tableAt);
    elf.putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) 1);
    elf.putShort(58, (short) 64).putShort(60, (short) count).putShort(62, (short) (count - 1));
    elf.putInt(64, 1).putLong(64 + 8, 120).putLong(64 + 32, content.length);
    elf.position(120).put(content).put(names.toByteArray());
    for (int i = 0; i < sections.length; i++) {
      elf.putInt(tableAt + 64 * (i + 1), at[i]);
    }
    int last = tableAt + 64 * (count - 1);
    elf.putLong(last + 24, namesAt).putLong(last + 32, names.size());
    return elf.array();
  }

  /** A kernel as a Linux build leaves it. */
  public static byte[] vmlinux() {
    return elf(noise(1, 200_000), ".text", ".init.text", "__ex_table");
  }

  /** A kernel as Unikraft's build leaves it. */
  public static byte[] unikraft() {
    return elf(noise(2, 150_000), ".text", ".uk_inittab", ".uk_bootinfo");
  }

  /** A kernel with two setup sectors. */
  public static byte[] bzImage() {
    ByteBuffer image = ByteBuffer.allocate(3 * 512 + 160_000).order(ByteOrder.LITTLE_ENDIAN);
    image.put(3 * 512, noise(3, 160_000));
    image.put(0x1f1, (byte) 2).putInt(0x1f4, 10_000);
    image.put(0x1fe, (byte) 0x55).put(0x1ff, (byte) 0xaa);
    image.put(0x202, "HdrS".getBytes(StandardCharsets.US_ASCII)).putShort(0x206, (short) 0x20f);
    return image.array();
  }

  /** A kernel for arm64. */
  public static byte[] arm64Image() {
    byte[] image = noise(4, 100_000);
    System.arraycopy(new byte[] {'A', 'R', 'M', 0x64}, 0, image, 56, 4);
    return image;
  }

  /** A core module with one section of its own. */
  public static byte[] wasmModule() {
    return wasm(1, 0, section(0, noise(5, 3000)));
  }

  /** A component that imports and exports instances of these names. */
  public static byte[] wasmComponent(List<String> imports, List<String> exports) {
    ByteArrayOutputStream in = new ByteArrayOutputStream();
    in.write(imports.size());
    for (String name : imports) {
      name(in, name);
      in.write(5);
      in.write(0);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(exports.size());
    for (String name : exports) {
      name(out, name);
      out.write(5);
      out.write(0);
      out.write(0);
    }
    return wasm(13, 1, section(10, in.toByteArray()), section(11, out.toByteArray()));
  }

  private static void name(ByteArrayOutputStream to, String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    to.write(0);
    to.write(text.length);
    to.writeBytes(text);
  }

  private static byte[] section(int id, byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(id);
    int rest = body.length;
    do {
      bytes.write(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
      rest >>>= 7;
    } while (rest > 0);
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  private static byte[] wasm(int version, int layer, byte[]... sections) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {0, 'a', 's', 'm', (byte) version, 0, (byte) layer, 0});
    for (byte[] section : sections) {
      bytes.writeBytes(section);
    }
    return bytes.toByteArray();
  }

  /** A file system without a boot sector, mostly empty. */
  public static byte[] rootfs() {
    byte[] bytes = new byte[3 << 20];
    System.arraycopy(noise(6, 300_000), 0, bytes, 4096, 300_000);
    bytes[0x438] = 0x53;
    bytes[0x439] = (byte) 0xef;
    return bytes;
  }

  /** A disk that a BIOS would start, and that is not OSv's. */
  public static byte[] bootDisk() {
    byte[] bytes = new byte[2 << 20];
    System.arraycopy(noise(7, 200_000), 0, bytes, 65536, 200_000);
    bytes[510] = 0x55;
    bytes[511] = (byte) 0xaa;
    return bytes;
  }
}
