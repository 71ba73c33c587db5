package dev.flint.oci.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Qcow2OverlayTest {
  @TempDir Path folder;

  private static SortedMap<Long, byte[]> line(String text) {
    SortedMap<Long, byte[]> patches = new TreeMap<>();
    patches.put(512L, Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 63 * 512));
    return patches;
  }

  private Path overlay(Path base, SortedMap<Long, byte[]> patches) throws IOException {
    Path overlay = folder.resolve("overlay.qcow2");
    try (FileChannel channel = FileChannel.open(base);
        FileChannel target = TestDisks.open(overlay)) {
      DiskInfo info = DiskProbe.probe(channel, "base");
      GuestReader guest = GuestReader.open(channel, info);
      Qcow2Overlay.write(target, base, info.format(), guest, patches);
    }
    Command.run("qemu-img", "check", "-q", "-f", "qcow2", overlay).ok();
    return overlay;
  }

  /** What QEMU reads through the overlay. */
  private byte[] seen(Path overlay) throws IOException {
    Path raw = folder.resolve("seen.raw");
    Command.run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", overlay, raw).ok();
    return Files.readAllBytes(raw);
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "qcow2", "vdi", "vmdk"})
  void changesTheLineOfADiskOfAnyFormatAndNothingElse(String format) throws IOException {
    byte[] guest = TestDisks.guest(3, 2 << 20);
    Path base = folder.resolve("base," + format);
    Files.write(
        base,
        switch (format) {
          case "qcow2" -> TestDisks.qcow2(3, guest);
          case "vdi" -> TestDisks.vdi(guest);
          case "vmdk" -> TestDisks.vmdk(true, guest);
          default -> guest;
        });
    byte[] before = Files.readAllBytes(base);
    Path overlay = overlay(base, line("--verbose /other"));
    byte[] expected = guest.clone();
    System.arraycopy(line("--verbose /other").get(512L), 0, expected, 512, 63 * 512);
    assertArrayEquals(expected, seen(overlay));
    String read = Command.run("qemu-io", "-r", "-c", "read -v 512 16", overlay).ok().out();
    assertTrue(read.contains("..verbose..other"), read);
    assertArrayEquals(before, Files.readAllBytes(base));
    // Header, L1, one cluster of data, L2, refcount block, refcount table.
    assertEquals(6 << 16, Files.size(overlay));
    String info = Command.run("qemu-img", "info", "--output=json", overlay).ok().out();
    assertTrue(info.contains("\"backing-filename-format\": \"" + format + "\""), info);
    assertTrue(info.contains("\"backing-filename\": \"" + base + "\""), info);
  }

  @Test
  void whatTheGuestWritesGoesToTheOverlay() throws IOException {
    byte[] guest = TestDisks.guest(4, 1 << 20);
    Path base = Files.write(folder.resolve("base"), TestDisks.qcow2(3, guest));
    byte[] before = Files.readAllBytes(base);
    Path overlay = overlay(base, line("/a"));
    Command.run("qemu-io", "-c", "write -P 7 0 1M", overlay).ok();
    Command.run("qemu-img", "check", "-q", "-f", "qcow2", overlay).ok();
    byte[] sevens = new byte[1 << 20];
    Arrays.fill(sevens, (byte) 7);
    assertArrayEquals(sevens, seen(overlay));
    assertArrayEquals(before, Files.readAllBytes(base));
  }

  @Test
  void anyPatchesAreSeenByQemu() throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 8; round++) {
      int size = 512 * (1 + random.nextInt(4000));
      byte[] guest = TestDisks.guest(round, size);
      Path base = Files.write(folder.resolve("base"), TestDisks.qcow2(3, guest));
      SortedMap<Long, byte[]> patches = new TreeMap<>();
      int at = 0;
      for (int i = random.nextInt(6); i > 0; i--) {
        byte[] patch = new byte[random.nextInt(100_000)];
        random.nextBytes(patch);
        at += random.nextInt(300_000);
        if (at + patch.length > size) {
          break;
        }
        patches.put((long) at, patch);
        System.arraycopy(patch, 0, guest, at, patch.length);
        at += patch.length;
      }
      assertArrayEquals(guest, seen(overlay(base, patches)), "round " + round);
    }
  }

  @Test
  void aLargeDiskTakesASmallOverlay() throws IOException {
    Path base = folder.resolve("base");
    Command.run("qemu-img", "create", "-q", "-f", "qcow2", base, "3T").ok();
    SortedMap<Long, byte[]> patches = line("/a");
    patches.put((3L << 40) - 1, new byte[] {1});
    Path overlay = overlay(base, patches);
    assertTrue(Files.size(overlay) < 1 << 20, () -> "another size");
    Command.run("qemu-io", "-r", "-c", "read -P 1 3298534883327 1", overlay).ok();
  }

  @Test
  void aRawDiskThatEndsWithinASectorIsRoundedUp() throws IOException {
    Path base =
        Files.write(folder.resolve("base"), Arrays.copyOf(TestDisks.guest(1, 40_000), 40_001));
    assertEquals(40_448, seen(overlay(base, line("/a"))).length);
  }

  @Test
  void isRefusedByTheProbeLikeAnyFileThatNamesAnother() throws IOException {
    Path base = Files.write(folder.resolve("base"), TestDisks.qcow2(3, new byte[1 << 20]));
    Path overlay = overlay(base, line("/a"));
    FlintException refusal =
        assertThrows(FlintException.class, () -> overlay(overlay, new TreeMap<>()));
    assertEquals(ErrorCode.POLICY, refusal.code());
  }

  @Test
  void aPathThatNoHeaderTakesIsRefused() throws IOException {
    Path deep = folder;
    for (int i = 0; i < 5; i++) {
      deep = deep.resolve("d".repeat(220));
    }
    Files.createDirectories(deep);
    Path base = Files.write(deep.resolve("base"), TestDisks.qcow2(3, new byte[1 << 20]));
    FlintException refusal =
        assertThrows(FlintException.class, () -> overlay(base, new TreeMap<>()));
    assertEquals(ErrorCode.UNSUPPORTED, refusal.code());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Qcow2Overlay.write(
                TestDisks.open(folder.resolve("o")),
                Path.of("base"),
                DiskFormat.RAW,
                new RawGuest(),
                new TreeMap<>()));
  }

  @Test
  void aPatchOutsideOfTheDiskIsABug() throws IOException {
    Path base = Files.write(folder.resolve("base"), TestDisks.qcow2(3, new byte[1024]));
    assertThrows(IllegalArgumentException.class, () -> overlay(base, line("/a")));
  }

  private record RawGuest() implements GuestBytes {
    @Override
    public long size() {
      return 0;
    }

    @Override
    public int read(long offset, byte[] into) {
      return 0;
    }
  }
}
