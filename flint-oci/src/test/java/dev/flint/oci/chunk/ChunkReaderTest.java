package dev.flint.oci.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.FlintException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ChunkReaderTest {
  private static final ChunkSizes SIZES = new ChunkSizes(1024, 4096, 128 * 1024);
  private static final int RUN = 64 * 1024;

  @TempDir Path folder;

  /** A chunk as it was read. */
  private static final class Read {
    private final byte[] bytes;
    private final boolean zeros;

    Read(byte[] bytes, boolean zeros) {
      this.bytes = bytes;
      this.zeros = zeros;
    }

    int length() {
      return bytes.length;
    }

    boolean zeros() {
      return zeros;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void chunksAreTheDisk(long seed) throws IOException {
    byte[] disk = patchwork(seed);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (Read chunk : read(disk, at -> 0)) {
      assertTrue(chunk.length() >= 1 && chunk.length() <= SIZES.max());
      joined.write(chunk.bytes());
    }
    assertArrayEquals(disk, joined.toByteArray());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void knowingWhereZerosAreChangesNothing(long seed) throws IOException {
    byte[] disk = patchwork(seed);
    Random random = new Random(seed);
    // A platform may know all of a run, some of it, or nothing.
    LongUnaryOperator known =
        at -> {
          int zeros = zerosAt(disk, (int) at);
          return switch (random.nextInt(3)) {
            case 0 -> 0;
            case 1 -> zeros;
            default -> zeros == 0 ? 0 : random.nextInt(zeros + 1);
          };
        };
    assertEquals(lengths(read(disk, at -> 0)), lengths(read(disk, known)), "lengths of the chunks");
  }

  @Test
  void aLongRunOfZerosIsMadeOfZeroChunks() throws IOException {
    byte[] disk = new byte[8192 + 3 * SIZES.max() + 5000];
    fill(disk, 0, 8192);
    fill(disk, disk.length - 5000, disk.length);
    List<Read> chunks = read(disk, at -> 0);
    long zeros = chunks.stream().filter(Read::zeros).count();
    assertEquals(3, zeros);
    chunks.stream().filter(Read::zeros).forEach(c -> assertEquals(SIZES.max(), c.length()));
  }

  @Test
  void aShortRunOfZerosIsData() throws IOException {
    byte[] disk = new byte[RUN + 8192 - 4096];
    fill(disk, 0, 4096);
    fill(disk, disk.length - 4096, disk.length);
    assertTrue(read(disk, at -> 0).stream().noneMatch(Read::zeros));
  }

  @Test
  void zerosAtTheEndAreZerosHoweverFew() throws IOException {
    byte[] disk = new byte[4096 + 10];
    fill(disk, 0, 4096);
    List<Read> chunks = read(disk, at -> 0);
    assertTrue(chunks.get(chunks.size() - 1).length() <= 4106);
    assertArrayEquals(disk, joined(chunks));
  }

  @Test
  void aDiskThatShrinksIsRefused() throws IOException {
    Path file = folder.resolve("disk");
    Files.write(file, patchwork(1));
    BufferPool pool = new BufferPool(1, SIZES.max());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ChunkReader reader = new ChunkReader(channel, at -> 0, SIZES, pool);
      channel.truncate(5);
      assertThrows(FlintException.class, reader::next);
    }
  }

  static List<Long> seeds() {
    return List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
  }

  /** Stretches of data and of zeros, of lengths around what matters. */
  private static byte[] patchwork(long seed) {
    Random random = new Random(seed);
    byte[] disk = new byte[2_000_000 + random.nextInt(10_000)];
    int at = 0;
    while (at < disk.length) {
      int data = 1 + random.nextInt(random.nextBoolean() ? 300_000 : 5000);
      fill(disk, at, Math.min(disk.length, at + data));
      int gap = random.nextBoolean() ? RUN - 4096 + random.nextInt(8192) : random.nextInt(700_000);
      at += data + (random.nextBoolean() ? gap / 4096 * 4096 : gap);
    }
    return disk;
  }

  private static void fill(byte[] disk, int from, int to) {
    Random random = new Random(from);
    for (int i = from; i < to; i++) {
      disk[i] = (byte) (1 + random.nextInt(255));
    }
  }

  private static int zerosAt(byte[] disk, int at) {
    int end = at;
    while (end < disk.length && disk[end] == 0) {
      end++;
    }
    return end - at;
  }

  private static List<String> lengths(List<Read> chunks) {
    return chunks.stream().map(chunk -> chunk.length() + (chunk.zeros() ? "z" : "")).toList();
  }

  private static byte[] joined(List<Read> chunks) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Read chunk : chunks) {
      out.write(chunk.bytes());
    }
    return out.toByteArray();
  }

  private List<Read> read(byte[] disk, LongUnaryOperator known) throws IOException {
    Path file = folder.resolve("disk");
    Files.write(file, disk);
    List<Read> chunks = new ArrayList<>();
    BufferPool pool = new BufferPool(1, SIZES.max());
    try (FileChannel channel = FileChannel.open(file)) {
      ChunkReader reader = new ChunkReader(channel, known, SIZES, pool);
      for (Optional<Chunk> next = reader.next(); next.isPresent(); next = reader.next()) {
        Chunk chunk = next.get().sharedBy(1);
        byte[] bytes = Arrays.copyOf(chunk.bytes(), chunk.length());
        chunks.add(new Read(bytes, chunk.isZeros()));
        chunk.release();
      }
    }
    return chunks;
  }
}
