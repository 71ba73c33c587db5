package dev.flint.oci.disk;

import static dev.flint.oci.disk.DiskAssertions.probe;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuestReaderTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qcow2 -o compat=0.10",
        "qcow2 -o compat=1.1",
        "qcow2 -o compat=1.1,cluster_size=512",
        "qcow2 -o compat=1.1,cluster_size=2M",
        "qcow2 -o compat=0.10,cluster_size=4k",
        "qcow2 -o refcount_bits=1,lazy_refcounts=on",
        "qcow2 -o preallocation=metadata",
        "qcow2 -o preallocation=full",
        "qcow2 -c -o compat=0.10",
        "qcow2 -c -o compression_type=zlib",
        "qcow2 -c -o compression_type=zlib,cluster_size=512",
        "qcow2 -c -o compression_type=zstd",
        "qcow2 -c -o compression_type=zstd,cluster_size=2M",
        "vmdk -o subformat=monolithicSparse",
        "vmdk -o subformat=monolithicSparse,zeroed_grain=on",
        "vmdk -o subformat=streamOptimized",
        "vdi",
        "vdi -o static=on",
        "raw"
      })
  void readsWhatQemuWrote(String conversion) throws IOException {
    for (int size : new int[] {512, 1 << 16, 1_234_944, 3 << 20, (5 << 20) + 512}) {
      byte[] guest = TestDisks.guest(size, size);
      Path raw = Files.write(folder.resolve("raw"), guest);
      Path disk = folder.resolve("disk");
      convert(raw, disk, conversion);
      DiskInfo info = probe(disk);
      assertTrue(conversion.startsWith(info.format().id()), info.format().id());
      assertEquals(size, info.virtualSize());
      assertEquals(size >= 1024, info.bootSector());
      boolean packed = conversion.contains(" -c ") || conversion.contains("streamOptimized");
      if (size > 512) {
        assertEquals(packed, info.compressedClusters());
      }
      assertArrayEquals(guest, TestDisks.guestOf(disk));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qcow2 -o compat=1.1",
        "qcow2 -c -o compression_type=zlib",
        "vmdk -o subformat=streamOptimized",
        "vdi",
        "raw"
      })
  void readsAnyRange(String conversion) throws IOException {
    byte[] guest = TestDisks.guest(7, 5 << 20);
    Path disk = folder.resolve("disk");
    convert(Files.write(folder.resolve("raw"), guest), disk, conversion);
    Random random = new Random(7);
    try (FileChannel channel = FileChannel.open(disk)) {
      GuestReader reader = GuestReader.open(channel, DiskProbe.probe(channel, "disk"));
      for (int i = 0; i < 300; i++) {
        int offset = random.nextInt(guest.length);
        byte[] part = new byte[random.nextInt(300_000)];
        // Left-overs must be overwritten, also by zeros.
        Arrays.fill(part, (byte) 0x77);
        int count = reader.read(offset, part);
        assertEquals(Math.min(part.length, guest.length - offset), count);
        assertTrue(Arrays.equals(guest, offset, offset + count, part, 0, count));
      }
    }
  }

  @Test
  void readsNothingFromTheEndOn() throws IOException {
    Path disk = Files.write(folder.resolve("d"), new byte[1000]);
    try (FileChannel channel = FileChannel.open(disk)) {
      GuestReader reader = GuestReader.open(channel, DiskProbe.probe(channel, "d"));
      assertEquals(488, reader.read(512, new byte[32256]));
      assertEquals(0, reader.read(1000, new byte[1]));
      assertEquals(0, reader.read(Long.MAX_VALUE, new byte[1]));
      assertThrows(IllegalArgumentException.class, () -> reader.read(-1, new byte[1]));
    }
  }

  @Test
  void readsZeroClustersAndSparseGiants() throws IOException {
    Path disk = folder.resolve("d");
    Command.run("qemu-img", "create", "-q", "-f", "qcow2", disk, "16T").ok();
    Command.run(
            "qemu-io",
            "-f",
            "qcow2",
            "-c",
            "write -P 7 1T 192k",
            "-c",
            "write -z 1048640M 64k",
            "-c",
            "write -z -u 1099511693312 64k",
            disk)
        .ok();
    assertEquals(16L << 40, probe(disk).virtualSize());
    try (FileChannel channel = FileChannel.open(disk)) {
      GuestReader reader = GuestReader.open(channel, DiskProbe.probe(channel, "disk"));
      byte[] bytes = new byte[192 << 10];
      assertEquals(bytes.length, reader.read(1L << 40, bytes));
      for (int i = 0; i < bytes.length; i++) {
        assertEquals(i >> 16 == 1 ? 0 : 7, bytes[i]);
      }
      assertEquals(bytes.length, reader.read(15L << 40, bytes));
      assertArrayEquals(new byte[192 << 10], bytes);
    }
  }

  @Test
  void readsADiskThatGrew() throws IOException {
    Path disk = folder.resolve("d");
    Command.run("qemu-img", "create", "-q", "-f", "qcow2", disk, "1M").ok();
    Command.run("qemu-img", "resize", "-q", disk, "100G").ok();
    Command.run("qemu-io", "-f", "qcow2", "-c", "write -P 7 99G 64k", disk).ok();
    assertEquals(100L << 30, probe(disk).virtualSize());
  }

  @Test
  void readsAStreamedVmdkWhoseDirectoryIsInItsFooter() throws IOException {
    byte[] guest = TestDisks.guest(3, 1 << 20);
    byte[] disk = TestDisks.vmdk(true, guest);
    byte[] streamed = Arrays.copyOf(disk, disk.length + 3 * 512);
    ByteBuffer file = ByteBuffer.wrap(streamed).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(disk.length, 1).putInt(disk.length + 12, 3);
    file.put(disk.length + 512, disk, 0, 512);
    file.putLong(56, -1L);
    assertArrayEquals(guest, TestDisks.guestOf(Files.write(folder.resolve("d"), streamed)));
  }

  private static void convert(Path raw, Path disk, String conversion) {
    List<Object> words = new ArrayList<>(List.of("qemu-img", "convert", "-q", "-f", "raw", "-O"));
    words.addAll(List.of(conversion.split(" ", -1)));
    words.add(raw);
    words.add(disk);
    Command.run(words.toArray()).ok();
  }
}
