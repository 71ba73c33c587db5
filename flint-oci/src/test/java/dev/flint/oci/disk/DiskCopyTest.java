package dev.flint.oci.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DiskCopyTest {
  private static final byte[] GUEST = TestDisks.guest(5, 9 << 20);

  @TempDir Path folder;

  static Stream<Named<byte[]>> disks() {
    return Stream.of(
        Named.of("raw", GUEST),
        Named.of("qcow2", TestDisks.qcow2(2, GUEST)),
        Named.of("qcow2 deflate", TestDisks.compressedQcow2(false, GUEST)),
        Named.of("qcow2 zstd", TestDisks.compressedQcow2(true, GUEST)),
        Named.of("vdi", TestDisks.vdi(GUEST)),
        Named.of("vmdk", TestDisks.vmdk(false, GUEST)),
        Named.of("vmdk stream", TestDisks.vmdk(true, GUEST)));
  }

  @ParameterizedTest
  @MethodSource("disks")
  void copiesADiskOfAnyFormat(byte[] disk) throws IOException {
    Path source = Files.write(folder.resolve("source"), disk);
    Path target = folder.resolve("target");
    assertEquals(GUEST.length, copy(source, target));
    assertArrayEquals(GUEST, Files.readAllBytes(target));
  }

  @Test
  void passesOverTerabytesThatAreNotThere() throws IOException {
    Path source = folder.resolve("source");
    long size = 60L << 40;
    try (FileChannel channel = TestDisks.open(source);
        GuestSink sink = GuestSink.qcow2(channel, size, GuestSink.USUAL_CLUSTER_SIZE)) {
      sink.skip(size / 2 + 1);
      sink.write(new byte[] {1}, 0, 1);
      sink.finish();
    }
    Path target = folder.resolve("target");
    try (FileChannel from = FileChannel.open(source);
        FileChannel to = TestDisks.open(target);
        GuestSink sink = GuestSink.qcow2(to, size, GuestSink.USUAL_CLUSTER_SIZE)) {
      new DiskCopy(2).copy(from, DiskProbe.probe(from, "x"), at -> 0, sink, done -> {});
    }
    assertEquals(-1, Files.mismatch(source, target));
  }

  @Test
  void doesNotReadHolesOfAFile() throws IOException {
    Path source = folder.resolve("source");
    long size = 1L << 40;
    try (FileChannel channel = TestDisks.open(source)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), size - 1);
      channel.write(ByteBuffer.wrap(new byte[] {2}), 1 << 30);
    }
    Path target = folder.resolve("target");
    AtomicLong asked = new AtomicLong();
    try (HoleMap from = HoleMap.open(source);
        FileChannel to = TestDisks.open(target);
        GuestSink sink = GuestSink.qcow2(to, size, GuestSink.USUAL_CLUSTER_SIZE)) {
      new DiskCopy(2)
          .copy(
              from.channel(),
              DiskProbe.probe(from.channel(), "x"),
              at -> {
                asked.incrementAndGet();
                return from.zerosAt(at);
              },
              sink,
              done -> {});
    }
    assertTrue(asked.get() < 100, "asked " + asked + " times");
    try (FileChannel channel = FileChannel.open(target)) {
      GuestReader reader = GuestReader.open(channel, DiskProbe.probe(channel, "x"));
      byte[] one = new byte[1];
      reader.read(size - 1, one);
      assertEquals(1, one[0]);
      reader.read(1 << 30, one);
      assertEquals(2, one[0]);
      assertEquals(1 << 30, reader.zerosAt(0, size) / 65536 * 65536);
    }
  }

  private static long copy(Path source, Path target) throws IOException {
    AtomicLong done = new AtomicLong();
    try (HoleMap from = HoleMap.open(source);
        FileChannel to = TestDisks.open(target)) {
      DiskInfo info = DiskProbe.probe(from.channel(), "x");
      try (GuestSink sink = GuestSink.raw(to, info.virtualSize())) {
        new DiskCopy(2).copy(from.channel(), info, from::zerosAt, sink, done::addAndGet);
      }
    }
    return done.get();
  }
}
