package dev.flint.oci.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is put into a sink, in whatever pieces, a reader and QEMU find again. */
final class GuestSinkPropertyTest {
  @TempDir Path folder;

  /** How a sink is made. */
  private interface Maker {
    GuestSink open(FileChannel target, long size) throws IOException;
  }

  static IntStream clusterBits() {
    return IntStream.rangeClosed(9, 21);
  }

  @ParameterizedTest
  @MethodSource("clusterBits")
  void keepsEveryByteInClustersOfEverySize(int bits) throws IOException {
    Codec deflate = Codecs.ofThisMachine().gzip(DeflateChoice.JDK);
    Codec zstd = Codecs.ofThisMachine().zstd();
    int cluster = 1 << bits;
    Random random = new Random(bits);
    // Small clusters are so many that their refcounts take more than one block.
    int size = bits < 15 ? 1 << 20 : 3 << 20;
    byte[] guest = guest(random, size + random.nextInt(cluster));
    byte[] plain = check(guest, random, (file, length) -> GuestSink.qcow2(file, length, cluster));
    for (Codec codec : new Codec[] {deflate, zstd}) {
      byte[] one =
          check(
              guest,
              random,
              (file, length) -> GuestSink.packedQcow2(file, length, cluster, codec, 1));
      Path three =
          write(
              guest,
              random,
              (file, length) -> GuestSink.packedQcow2(file, length, cluster, codec, 3));
      assertArrayEquals(one, Files.readAllBytes(three));
      assertTrue(one.length <= plain.length, one.length + " of " + plain.length);
    }
    Path raw = write(guest, random, GuestSink::raw);
    assertArrayEquals(guest, Files.readAllBytes(raw));
  }

  private byte[] check(byte[] guest, Random random, Maker maker) throws IOException {
    Path disk = write(guest, random, maker);
    byte[] padded = Arrays.copyOf(guest, (guest.length + 511) / 512 * 512);
    assertArrayEquals(padded, TestDisks.guestOf(disk));
    Command.run("qemu-img", "check", "-q", "-f", "qcow2", disk).ok();
    Path raw = Files.write(folder.resolve("guest.raw"), padded);
    Command.run("qemu-img", "compare", "-q", "-f", "qcow2", "-F", "raw", disk, raw).ok();
    return Files.readAllBytes(disk);
  }

  /** Gives the disk in random pieces; zeros of its own are sometimes skipped. */
  private Path write(byte[] guest, Random random, Maker maker) throws IOException {
    Path disk = folder.resolve("disk");
    try (FileChannel channel = TestDisks.open(disk);
        GuestSink sink = maker.open(channel, guest.length)) {
      while (sink.position() < guest.length) {
        int at = (int) sink.position();
        int piece = Math.min(guest.length - at, random.nextInt(1 << (1 + random.nextInt(20))));
        if (random.nextBoolean() && Zeros.are(guest, at, piece)) {
          sink.skip(piece);
        } else {
          sink.write(guest, at, piece);
        }
        assertEquals(at + piece, sink.position());
        if (Zeros.are(guest, at + piece, guest.length - at - piece)) {
          break;
        }
      }
      sink.finish();
      assertEquals(guest.length, sink.position());
    }
    return disk;
  }

  /** Runs of zeros, of what compresses, and of what does not. */
  private static byte[] guest(Random random, int size) {
    byte[] guest = new byte[size];
    int at = 0;
    while (at < size) {
      int run = Math.min(size - at, 1 + random.nextInt(size / 10));
      switch (random.nextInt(3)) {
        case 0 -> {
          byte[] noise = new byte[run];
          random.nextBytes(noise);
          System.arraycopy(noise, 0, guest, at, run);
        }
        case 1 -> Arrays.fill(guest, at, at + run, (byte) random.nextInt(256));
        default -> {}
      }
      at += run;
    }
    return guest;
  }
}
