package dev.flint.oci.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkerTest {
  private static final ChunkSizes SMALL = new ChunkSizes(256, 1024, 4096);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void cutsWithinTheBounds(long seed) {
    byte[] bytes = random(seed, 1 << 20);
    List<Integer> lengths = lengths(bytes);
    lengths.subList(0, lengths.size() - 1).forEach(length -> assertTrue(length > SMALL.min()));
    lengths.forEach(length -> assertTrue(length <= SMALL.max()));
    assertEquals(bytes.length, lengths.stream().mapToInt(Integer::intValue).sum());
  }

  @Test
  void mostChunksAreNearTheMean() {
    int count = lengths(random(4, 4 << 20)).size();
    int mean = (4 << 20) / count;
    assertTrue(mean > SMALL.mean() / 2 && mean < 2 * SMALL.mean(), "mean is " + mean);
  }

  /** Other implementers get the same cuts from docs/format.md; this pins them. */
  @Test
  void cutsWhereItAlwaysDid() {
    assertEquals(List.of(1109, 1175, 1035, 1526), lengths(random(5, 1 << 16)).subList(0, 4));
  }

  @ParameterizedTest
  @CsvSource({"100000, 1", "500000, 7", "1000, 4096", "900000, 100"})
  void cutsComeBackInStepAfterAnInsertion(int place, int inserted) {
    byte[] before = random(6, 1 << 20);
    byte[] after = new byte[before.length + inserted];
    System.arraycopy(before, 0, after, 0, place);
    System.arraycopy(random(7, inserted), 0, after, place, inserted);
    System.arraycopy(before, place, after, place + inserted, before.length - place);
    Set<String> old = chunks(before);
    Set<String> fresh = chunks(after);
    fresh.removeAll(old);
    assertTrue(fresh.size() <= 5 + inserted / SMALL.min(), fresh.size() + " new chunks");
  }

  @Test
  void takesAllWhenThereIsLessThanAChunk() {
    assertEquals(100, new Chunker(SMALL).cut(random(8, 200), 50, 100));
  }

  @ParameterizedTest
  @CsvSource({
    "10, 128, 256",
    "128, 100, 256",
    "128, 256, 256",
    "128, 257, 512",
    "64, 128, 5000000"
  })
  void refusesSizesThatMakeNoSense(int min, int mean, int max) {
    assertThrows(IllegalArgumentException.class, () -> new ChunkSizes(min, mean, max));
  }

  private static Set<String> chunks(byte[] bytes) {
    Set<String> chunks = new HashSet<>();
    int at = 0;
    for (int length : lengths(bytes)) {
      chunks.add(Arrays.toString(Arrays.copyOfRange(bytes, at, at + length)));
      at += length;
    }
    return chunks;
  }

  private static List<Integer> lengths(byte[] bytes) {
    Chunker chunker = new Chunker(SMALL);
    List<Integer> lengths = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      lengths.add(chunker.cut(bytes, at, bytes.length - at));
      at += lengths.get(lengths.size() - 1);
    }
    return lengths.stream().collect(Collectors.toUnmodifiableList());
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
