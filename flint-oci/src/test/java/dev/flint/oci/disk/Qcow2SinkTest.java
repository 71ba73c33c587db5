package dev.flint.oci.disk;

import static dev.flint.oci.disk.DiskAssertions.probe;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Qcow2SinkTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, 65536, 65537, 1_000_000, 5 << 20})
  void writesWhatQemuReads(int size) throws IOException {
    byte[] guest = TestDisks.guest(size, size);
    Path disk = write(new Content(guest));
    Command.run("qemu-img", "check", "-q", "-f", "qcow2", disk).ok();
    Path raw = folder.resolve("raw");
    Command.run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", disk, raw).ok();
    byte[] padded = Arrays.copyOf(guest, (size + 511) / 512 * 512);
    assertArrayEquals(padded, Files.readAllBytes(raw));
    assertArrayEquals(padded, TestDisks.guestOf(disk));
    assertEquals(padded.length, probe(disk).virtualSize());
  }

  @Test
  void leavesOutZeros() throws IOException {
    Path disk = write(new Ones(8L << 30, Set.of(), 0));
    // Header, L1, refcount block, refcount table.
    assertEquals(4 << 16, Files.size(disk));
    Command.run("qemu-img", "check", "-q", "-f", "qcow2", disk).ok();
  }

  @Test
  void countsManyClustersRightly() throws IOException {
    // Over 32768 clusters need a second refcount block.
    Path disk = write(new Ones(3L << 30, Set.of(1L << 30, (3L << 30) - 1), 33_000));
    Command.run("qemu-img", "check", "-q", "-f", "qcow2", disk).ok();
    probe(disk);
  }

  @Test
  void writesTheSameBytesForTheSameGuest() throws IOException {
    byte[] guest = TestDisks.guest(5, 1 << 20);
    byte[] first = Files.readAllBytes(write(new Content(guest)));
    assertArrayEquals(first, Files.readAllBytes(write(new Content(guest))));
  }

  @Test
  void refusesAGuestOverTheLimit() {
    FlintException refusal =
        assertThrows(FlintException.class, () -> write(new Ones((64L << 40) + 1, Set.of(), 0)));
    assertEquals(ErrorCode.POLICY, refusal.code());
  }

  @ParameterizedTest
  @CsvSource({"512, 137438953472", "4096, 8796093022208"})
  void refusesTablesThatQemuWouldRefuse(int clusterSize, long largest) throws IOException {
    try (FileChannel channel = TestDisks.open(folder.resolve("x.qcow2"))) {
      GuestSink.qcow2(channel, largest, clusterSize).finish();
      Command.run("qemu-img", "check", "-q", "-f", "qcow2", folder.resolve("x.qcow2")).ok();
      FlintException refusal =
          assertThrows(
              FlintException.class, () -> GuestSink.qcow2(channel, largest + 512, clusterSize));
      assertEquals(ErrorCode.POLICY, refusal.code());
    }
  }

  @Test
  void takesNoMoreThanTheDiskHolds() throws IOException {
    for (boolean raw : new boolean[] {true, false}) {
      try (FileChannel channel = TestDisks.open(folder.resolve("x"));
          GuestSink sink =
              raw ? GuestSink.raw(channel, 1000) : GuestSink.qcow2(channel, 1000, 512)) {
        sink.skip(600);
        assertThrows(IllegalArgumentException.class, () -> sink.write(new byte[401], 0, 401));
        assertThrows(IllegalArgumentException.class, () -> sink.skip(401));
        assertThrows(IllegalArgumentException.class, () -> sink.skip(-1));
        sink.write(new byte[400], 0, 400);
        sink.finish();
      }
    }
  }

  @Test
  void codeMadeDisksPassQemusCheck() throws IOException {
    byte[] guest = TestDisks.guest(9, 1 << 20);
    for (byte[] disk : new byte[][] {TestDisks.qcow2(2, guest), TestDisks.qcow2(3, guest)}) {
      Path file = Files.write(folder.resolve("x"), disk);
      Command.run("qemu-img", "check", "-q", "-f", "qcow2", file).ok();
      Command.run("qemu-img", "compare", "-q", file, Files.write(folder.resolve("r"), guest)).ok();
    }
    Path raw = folder.resolve("r");
    Path vmdk = Files.write(folder.resolve("disk.vmdk"), TestDisks.vmdk(true, guest));
    Command.run("qemu-img", "compare", "-q", "-f", "vmdk", "-F", "raw", vmdk, raw).ok();
    Files.write(vmdk, TestDisks.vmdk(false, guest));
    Command.run("qemu-img", "compare", "-q", "-f", "vmdk", "-F", "raw", vmdk, raw).ok();
    Path vdi = Files.write(folder.resolve("x"), TestDisks.vdi(guest));
    Command.run("qemu-img", "compare", "-q", "-f", "vdi", "-F", "raw", vdi, raw).ok();
    for (boolean zstd : new boolean[] {false, true}) {
      Path packed = Files.write(folder.resolve("x"), TestDisks.compressedQcow2(zstd, guest));
      Command.run("qemu-img", "compare", "-q", "-f", "qcow2", "-F", "raw", packed, raw).ok();
    }
    assertTrue(Files.exists(raw));
  }

  private Path write(GuestBytes guest) throws IOException {
    Path disk = folder.resolve("out.qcow2");
    try (FileChannel channel = TestDisks.open(disk)) {
      GuestSink sink = GuestSink.qcow2(channel, guest.size(), GuestSink.USUAL_CLUSTER_SIZE);
      byte[] buffer = new byte[1 << 20];
      for (long at = 0; at < guest.size(); at += buffer.length) {
        sink.write(buffer, 0, guest.read(at, buffer));
      }
      sink.finish();
    }
    return disk;
  }

  private static final class Content implements GuestBytes {
    private final byte[] bytes;

    Content(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public int read(long offset, byte[] into) {
      int count = (int) Math.max(0, Math.min(into.length, bytes.length - offset));
      System.arraycopy(bytes, (int) Math.min(offset, bytes.length), into, 0, count);
      return count;
    }
  }

  /** Zeros but for ones at some offsets and at the start of each of the first clusters. */
  private record Ones(long size, Set<Long> offsets, long clusters) implements GuestBytes {
    @Override
    public int read(long offset, byte[] into) {
      int count = (int) Math.max(0, Math.min(into.length, size - offset));
      Arrays.fill(into, (byte) 0);
      for (int at = 0; at < count && (offset + at) / 65536 < clusters; at += 65536) {
        into[at] = 1;
      }
      for (long at : offsets) {
        if (at >= offset && at < offset + count) {
          into[(int) (at - offset)] = 1;
        }
      }
      return count;
    }
  }
}
