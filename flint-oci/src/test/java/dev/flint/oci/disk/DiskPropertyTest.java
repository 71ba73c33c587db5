package dev.flint.oci.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged files give a {@link FlintException} or a disk, never another failure and never a hang.
 */
final class DiskPropertyTest {
  private static final byte[] GUEST = TestDisks.guest(42, 384 << 10);
  private static final int ROUNDS = 500;

  @TempDir Path folder;

  static Stream<Named<byte[]>> disks() {
    return Stream.of(
        Named.of("qcow2 v2", TestDisks.qcow2(2, GUEST)),
        Named.of("qcow2 v3", TestDisks.qcow2(3, GUEST)),
        Named.of("qcow2 deflate", TestDisks.compressedQcow2(false, GUEST)),
        Named.of("qcow2 zstd", TestDisks.compressedQcow2(true, GUEST)),
        Named.of("vdi", TestDisks.vdi(GUEST)),
        Named.of("vmdk", TestDisks.vmdk(false, GUEST)),
        Named.of("vmdk stream", TestDisks.vmdk(true, GUEST)));
  }

  @ParameterizedTest
  @MethodSource("disks")
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void survivesDamage(byte[] disk) throws IOException {
    Random random = new Random(2026);
    Path path = Files.write(folder.resolve("d"), disk);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = damage(disk, random);
      Files.write(path, damaged);
      if (!readable(path, random)) {
        refused++;
      }
    }
    // Otherwise the damage does not reach what is checked.
    assertTrue(refused > ROUNDS / 10 && refused < ROUNDS, "refused " + refused);
    assertArrayEquals(GUEST, TestDisks.guestOf(Files.write(path, disk)));
  }

  private static byte[] damage(byte[] disk, Random random) {
    if (random.nextInt(10) == 0) {
      return Arrays.copyOf(disk, random.nextInt(disk.length));
    }
    byte[] damaged = disk.clone();
    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
      // Most bytes that decide something are in the header and at the starts of the tables.
      int at =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(512);
            case 1 -> random.nextInt(disk.length);
            case 2 -> Math.min(disk.length - 1, random.nextInt(6) * 65536 + random.nextInt(64));
            default -> random.nextInt(13000);
          };
      damaged[at] =
          random.nextBoolean()
              ? (byte) (damaged[at] ^ (1 << random.nextInt(8)))
              : (byte) random.nextInt(256);
    }
    return damaged;
  }

  private static boolean readable(Path path, Random random) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      GuestReader reader = GuestReader.open(channel, DiskProbe.probe(channel, "d"));
      byte[] buffer = new byte[512 << 10];
      reader.read(0, buffer);
      reader.read(Math.max(0, reader.size() - random.nextInt(100_000)), buffer);
      return true;
    } catch (FlintException e) {
      return false;
    }
  }
}
