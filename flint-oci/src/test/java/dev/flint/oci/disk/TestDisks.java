package dev.flint.oci.disk;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Disk images made by code, for tests of all modules; none needs qemu-img. */
public final class TestDisks {
  private static final int CLUSTER = 1 << 16;
  private static final int SECTOR = 512;

  private TestDisks() {}

  /** A guest disk with runs of random bytes and of zeros, a command line at 512 and a boot mark. */
  public static byte[] guest(long seed, int size) {
    Random random = new Random(seed);
    byte[] guest = new byte[size];
    for (int at = 0; at < size; at += CLUSTER) {
      if (random.nextBoolean()) {
        byte[] run = new byte[Math.min(CLUSTER / 3, size - at)];
        random.nextBytes(run);
        System.arraycopy(run, 0, guest, at, run.length);
      }
    }
    Arrays.fill(guest, 0, Math.min(size, 1024), (byte) 0);
    if (size >= 1024) {
      guest[510] = 0x55;
      guest[511] = (byte) 0xaa;
      byte[] line = "--verbose /hello".getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(line, 0, guest, 512, line.length);
    }
    return guest;
  }

  /** A qcow2 file of clusters of 64 KiB; the guest's size must be a multiple of 512. */
  public static byte[] qcow2(int version, byte[] guest) {
    return qcow2(version, guest, null);
  }

  /** A qcow2 version 3 file whose clusters are all compressed. */
  public static byte[] compressedQcow2(boolean zstd, byte[] guest) {
    return qcow2(3, guest, zstd ? BlockCodec.ZSTD : BlockCodec.DEFLATE);
  }

  private static byte[] qcow2(int version, byte[] guest, @Nullable BlockCodec codec) {
    int blocks = ceilDiv(guest.length, CLUSTER);
    if (blocks > CLUSTER / 8) {
      throw new IllegalArgumentException("one L2 table holds 512 MiB");
    }
    // Clusters: header, refcount table, refcount block, L1, L2, data.
    ByteBuffer file = ByteBuffer.allocate((5 + 2 * blocks) * CLUSTER);
    file.put(0, Qcow2Header.MAGIC).putInt(4, version).putInt(20, 16);
    file.putLong(24, guest.length).putInt(36, blocks == 0 ? 0 : 1).putLong(40, 3 * CLUSTER);
    file.putLong(48, CLUSTER).putInt(56, 1);
    if (version == 3) {
      file.putInt(96, 4).putInt(100, 112);
      if (codec == BlockCodec.ZSTD) {
        file.putLong(72, 8).put(104, (byte) 1);
      }
    }
    file.putLong(CLUSTER, 2 * CLUSTER);
    long copied = 1L << 63;
    file.putLong(3 * CLUSTER, 4 * CLUSTER | copied);
    int end = 5 * CLUSTER;
    for (int block = 0; block < blocks; block++) {
      byte[] cluster =
          Arrays.copyOf(
              Arrays.copyOfRange(
                  guest, block * CLUSTER, Math.min(guest.length, (block + 1) * CLUSTER)),
              CLUSTER);
      if (isZero(cluster)) {
        continue;
      }
      int l2 = 4 * CLUSTER + block * 8;
      if (codec == null) {
        file.putLong(l2, end | copied).put(end, cluster);
        end += CLUSTER;
      } else {
        byte[] packed = codec == BlockCodec.ZSTD ? Zstd.compress(cluster) : deflate(cluster, true);
        file.putLong(l2, 1L << 62 | (long) ((packed.length - 1) / SECTOR) << 54 | end);
        file.put(end, packed);
        end += ceilDiv(packed.length, SECTOR) * SECTOR;
      }
    }
    for (int cluster = 0; cluster < ceilDiv(end, CLUSTER); cluster++) {
      file.putShort(2 * CLUSTER + 2 * cluster, (short) 1);
    }
    return Arrays.copyOf(file.array(), end);
  }

  /** A dynamic VirtualBox disk. */
  public static byte[] vdi(byte[] guest) {
    int block = 1 << 20;
    int blocks = ceilDiv(guest.length, block);
    int dataOffset = 1024 + ceilDiv(blocks * 4, SECTOR) * SECTOR;
    ByteBuffer file =
        ByteBuffer.allocate(dataOffset + blocks * block).order(ByteOrder.LITTLE_ENDIAN);
    file.put("<<< Oracle VM VirtualBox Disk Image >>>\n".getBytes(StandardCharsets.US_ASCII));
    file.putInt(0x40, 0xbeda107f).putInt(0x44, 0x00010001).putInt(0x48, 0x180).putInt(0x4c, 1);
    file.putInt(0x154, 512).putInt(0x158, dataOffset).putInt(0x168, SECTOR);
    file.putLong(0x170, guest.length).putInt(0x178, block).putInt(0x180, blocks);
    int stored = 0;
    for (int i = 0; i < blocks; i++) {
      byte[] bytes = Arrays.copyOfRange(guest, i * block, Math.min(guest.length, (i + 1) * block));
      if (isZero(bytes)) {
        file.putInt(512 + 4 * i, -1);
      } else {
        file.putInt(512 + 4 * i, stored).put(dataOffset + stored * block, bytes);
        stored++;
      }
    }
    file.putInt(0x184, stored);
    return Arrays.copyOf(file.array(), dataOffset + stored * block);
  }

  /** A VMDK in one file, whose guest is up to 32 MiB and a multiple of 512 bytes. */
  public static byte[] vmdk(boolean streamOptimized, byte[] guest) {
    String type = streamOptimized ? "streamOptimized" : "monolithicSparse";
    return vmdk(streamOptimized, guest, vmdkDescriptor(type, guest.length / SECTOR));
  }

  /** A VMDK with a descriptor of one's own. */
  public static byte[] vmdk(boolean streamOptimized, byte[] guest, String descriptor) {
    int grain = CLUSTER;
    int grains = ceilDiv(guest.length, grain);
    if (grains > 512) {
      throw new IllegalArgumentException("one grain table holds 32 MiB");
    }
    // Sectors: header, descriptor 1 to 20, directory 21, table 22 to 25, data from 128.
    ByteBuffer file =
        ByteBuffer.allocate((grains + 1) * (grain + 1024) + CLUSTER).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0, VmdkHeader.MAGIC).putInt(4, streamOptimized ? 3 : 1);
    file.putInt(8, streamOptimized ? 0x30001 : 1);
    file.putLong(12, guest.length / SECTOR).putLong(20, grain / SECTOR);
    file.putLong(28, 1).putLong(36, 20).putInt(44, 512).putLong(56, 21).putLong(64, 128);
    file.put(73, new byte[] {'\n', ' ', '\r', '\n', (byte) (streamOptimized ? 1 : 0)});
    file.put(SECTOR, descriptor.getBytes(StandardCharsets.US_ASCII));
    file.putInt(21 * SECTOR, 22);
    int end = 128 * SECTOR;
    for (int i = 0; i < grains; i++) {
      byte[] bytes =
          Arrays.copyOf(
              Arrays.copyOfRange(guest, i * grain, Math.min(guest.length, (i + 1) * grain)), grain);
      if (isZero(bytes)) {
        continue;
      }
      file.putInt(22 * SECTOR + 4 * i, end / SECTOR);
      if (streamOptimized) {
        byte[] packed = deflate(bytes, false);
        file.putLong(end, (long) i * grain / SECTOR).putInt(end + 8, packed.length);
        file.put(end + 12, packed);
        end += ceilDiv(12 + packed.length, SECTOR) * SECTOR;
      } else {
        file.put(end, bytes);
        end += grain;
      }
    }
    return Arrays.copyOf(file.array(), end);
  }

  /** A descriptor of a VMDK in one file. */
  public static String vmdkDescriptor(String createType, long sectors) {
    return """
        # Disk DescriptorFile
        version=1
        CID=fffffffe
        parentCID=ffffffff
        createType="%s"

        # Extent description
        RW %d SPARSE "disk.vmdk"

        # The Disk Data Base
        ddb.adapterType = "ide"
        """
        .formatted(createType, sectors);
  }

  /** Opens a file for reading and writing, new if need be. */
  public static FileChannel open(Path path) throws IOException {
    return FileChannel.open(
        path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
  }

  /** What the guest of a disk image sees, at most 64 MiB of it. */
  public static byte[] guestOf(Path disk) throws IOException {
    try (FileChannel channel = FileChannel.open(disk)) {
      GuestReader reader =
          GuestReader.open(channel, DiskProbe.probe(channel, disk.getFileName().toString()));
      byte[] guest = new byte[Math.toIntExact(Math.min(reader.size(), 64 << 20))];
      int count = reader.read(0, guest);
      return Arrays.copyOf(guest, count);
    }
  }

  private static byte[] deflate(byte[] bytes, boolean raw) {
    Deflater deflater = new Deflater(6, raw);
    deflater.setInput(bytes);
    deflater.finish();
    byte[] packed = new byte[bytes.length + 1024];
    int length = deflater.deflate(packed);
    deflater.end();
    return Arrays.copyOf(packed, length);
  }

  private static boolean isZero(byte[] bytes) {
    return Arrays.equals(bytes, new byte[bytes.length]);
  }

  private static int ceilDiv(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
