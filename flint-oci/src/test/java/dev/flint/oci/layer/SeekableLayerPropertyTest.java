package dev.flint.oci.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.chunk.TableJson;
import dev.flint.oci.codec.Codec;
import dev.flint.oci.codec.Compression;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.layer.Packing.Packed;
import dev.flint.testing.Patchwork;
import dev.flint.testing.Peers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the disk, the chunks, the threads and the engine: each reader gives the disk back. */
@Timeout(240)
final class SeekableLayerPropertyTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 4095, 4096, 4097, 65_536, 3 * MIB, 3 * MIB + 511})
  void disksAroundEachEdgeComeBack(int size) throws IOException {
    for (byte[] disk : new byte[][] {Patchwork.noise(size, size), new byte[size], ones(size)}) {
      check(disk, Packing.usual(), at -> 0, 3);
      check(disk, Packing.small(), at -> 0, 1);
    }
  }

  private static byte[] ones(int size) {
    byte[] disk = new byte[size];
    Arrays.fill(disk, (byte) 0xff);
    return disk;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyDiskInAnyChunksOnAnyThreadsComesBack(long seed) throws IOException {
    checkRandom(seed, level -> Packing.CODECS.gzip(DeflateChoice.JDK, level));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theOtherEngineWritesWhatAllReadersRead(long seed) throws IOException {
    Peers.requireLibrary("libdeflate.so.0");
    checkRandom(seed + 1000, level -> Packing.CODECS.gzip(DeflateChoice.LIBDEFLATE, level));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void framesOfZstdAreReadAsWell(long seed) throws IOException {
    checkRandom(seed + 2000, level -> Packing.CODECS.zstd(level));
  }

  private interface ByLevel {
    Codec codec(int level) throws IOException;
  }

  private void checkRandom(long seed, ByLevel codecs) throws IOException {
    Random random = new Random(seed);
    byte[] disk = Patchwork.disk(seed, 1 + random.nextInt(random.nextBoolean() ? 3 * MIB : 20_000));
    Packing packing =
        new Packing(codecs.codec(1 + random.nextInt(9)), sizes(random), 1 + random.nextInt(4));
    check(disk, packing, someKnown(disk, random), 1 + random.nextInt(4));
  }

  private static ChunkSizes sizes(Random random) {
    int mean = 128 << random.nextInt(13);
    int min = 64 + random.nextInt(mean - 64);
    int max = Math.min(ChunkTable.MAX_CHUNK, mean + 1 + random.nextInt(3 * mean));
    return new ChunkSizes(min, mean, max);
  }

  /** A platform may know of all zeros, of some, or of none. */
  private static LongUnaryOperator someKnown(byte[] disk, Random random) {
    return at -> {
      int end = (int) at;
      while (end < disk.length && disk[end] == 0 && random.nextInt(100_000) > 0) {
        end++;
      }
      return random.nextBoolean() ? 0 : end - at;
    };
  }

  private void check(byte[] disk, Packing packing, LongUnaryOperator known, int threads)
      throws IOException {
    Packed packed = packing.pack(disk, known, folder);
    SeekableLayer layer = packed.seekable().orElseThrow();
    assertEquals(Digest.sha256(disk), layer.table().diskDigest());
    assertEquals(Digest.sha256(disk), packed.layer().diskDigest());
    Digest diffId = packed.layer().diffId();
    assertArrayEquals(disk, Packing.unpack(layer, packed.blob(), diffId, threads));
    assertArrayEquals(disk, sequentially(packed.blob(), diffId));
    checkTable(layer.table());
    if (layer.compression() == Compression.GZIP) {
      assertArrayEquals(disk, byJava(packed.blob()));
      assertEquals(
          Map.of(FeatherKeys.TABLE_DIGEST, Digest.sha256(json(layer.table())).toString()),
          packed.layer().tableAnnotations());
    }
    assertArrayEquals(
        packed.blob(),
        new Packing(packing.codec(), packing.sizes(), threads).pack(disk, folder).blob(),
        "neither threads nor what is known of zeros changes the layer");
  }

  private static byte[] sequentially(byte[] blob, Digest diffId) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerUnpacker.unpack(new ByteArrayInputStream(blob), diffId, Long.MAX_VALUE, out::write);
    return out.toByteArray();
  }

  private static byte[] byJava(byte[] blob) throws IOException {
    try (InputStream gunzip = new GZIPInputStream(new ByteArrayInputStream(blob));
        TarArchiveInputStream tar = new TarArchiveInputStream(gunzip)) {
      TarArchiveEntry first = tar.getNextEntry();
      assertEquals("disk.qemu", first.getName());
      byte[] disk = tar.readAllBytes();
      assertEquals("stargz.index.json", tar.getNextEntry().getName());
      tar.readAllBytes();
      assertEquals(Optional.empty(), Optional.ofNullable(tar.getNextEntry()));
      return disk;
    }
  }

  private static void checkTable(ChunkTable table) throws IOException {
    byte[] json = json(table);
    ChunkTable again = TableJson.read(new ByteArrayInputStream(json), table.end()).orElseThrow();
    assertArrayEquals(json, json(again));
    assertEquals(table.end(), again.end());
    assertEquals(table.diskSize(), again.diskSize());
    long disk = 0;
    for (int i = 0; i < again.count(); i++) {
      assertEquals(disk, again.diskOffset(i));
      disk += again.length(i);
      assertTrue(again.blobOffset(i) < again.blobEnd(i));
    }
    assertEquals(table.diskSize(), disk);
  }

  private static byte[] json(ChunkTable table) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TableJson.write(table, out);
    return out.toByteArray();
  }

  /** Each byte of the layer counts, whoever reads it, but those of gzip that say nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"jdk", "libdeflate", "zstd"})
  void noCutAndNoFlippedBitGivesAnotherDisk(String library) throws IOException {
    byte[] disk = Patchwork.disk(5, 200_000);
    Packed packed = new Packing(codec(library), Packing.SMALL, 2).pack(disk, folder);
    Random random = new Random(9);
    int refused = 0;
    for (int round = 0; round < 300; round++) {
      byte[] damaged = packed.blob().clone();
      if (round % 3 == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      } else {
        // Every other one near the end, where the table and the footer are.
        int span = round % 3 == 1 ? damaged.length : 4000;
        damaged[damaged.length - 1 - random.nextInt(span)] ^= (byte) (1 << random.nextInt(8));
      }
      Reading reading = Reading.of(damaged, packed.descriptor(), packed.layer().diffId());
      assertTrue(reading.isRefusedOr(disk), () -> reading.toString());
      refused += reading.isRefused() ? 1 : 0;
    }
    // What zstd skips, the table among it, may be damaged without harm.
    assertTrue(refused > 150, "only " + refused + " refused");
    assertFalse(
        Reading.of(packed.blob(), packed.descriptor(), packed.layer().diffId()).isRefused());
  }

  private static Codec codec(String library) throws IOException {
    return switch (library) {
      case "jdk" -> Packing.CODECS.gzip(DeflateChoice.JDK, 1);
      case "zstd" -> Packing.CODECS.zstd(1);
      default -> {
        Peers.requireLibrary("libdeflate.so.0");
        yield Packing.CODECS.gzip(DeflateChoice.LIBDEFLATE, 1);
      }
    };
  }
}
