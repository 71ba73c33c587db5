package dev.flint.oci.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpanTest {
  private static final int HEAD = 100;

  /** A table whose units have these lengths. */
  private static ChunkTable table(int... units) {
    ChunkTable.Builder builder = new ChunkTable.Builder("disk.raw");
    long at = HEAD;
    for (int i = 0; i < units.length; i++) {
      builder.add(1, Digest.sha256Hasher().digest(new byte[] {(byte) i}), at);
      at += units[i];
    }
    return builder.build(Digest.sha256(new byte[0]), at);
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int bit : set) {
      bits.set(bit);
    }
    return bits;
  }

  @Test
  void nothingIsMissingIsNoSpan() {
    assertEquals(List.of(), Span.missing(table(10, 10), bits(0, 1)));
  }

  @Test
  void allIsMissingIsOneSpan() {
    ChunkTable table = table(10, 20, 30);
    List<Span> spans = Span.missing(table, bits());
    assertEquals(List.of(new Span(0, 3)), spans);
    assertEquals(HEAD, spans.get(0).from(table));
    assertEquals(60, spans.get(0).length(table));
  }

  @Test
  void aNarrowGapIsFetchedAndAWideOneIsNot() {
    ChunkTable table = table(10, 32 * 1024, 10, 32 * 1024 + 1, 10);
    assertEquals(List.of(new Span(0, 3), new Span(4, 5)), Span.missing(table, bits(1, 3)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void spansCoverWhatIsMissingInOrderAndInFewRequests(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      int[] units = random.ints(1 + random.nextInt(400), 1, 200_000).toArray();
      ChunkTable table = table(units);
      BitSet there = new BitSet();
      int of = 1 + random.nextInt(20);
      for (int i = 0; i < units.length; i++) {
        there.set(i, random.nextInt(of) > 0);
      }
      check(table, there, Span.missing(table, there));
    }
  }

  private static void check(ChunkTable table, BitSet there, List<Span> spans) {
    assertTrue(spans.size() <= Span.MAX_SPANS);
    BitSet covered = new BitSet();
    int end = 0;
    for (Span span : spans) {
      assertTrue(span.first() >= end && span.end() > span.first(), spans.toString());
      end = span.end();
      assertFalse(there.get(span.first()), "a span begins with what is missing");
      assertFalse(there.get(span.end() - 1), "and ends with it");
      covered.set(span.first(), span.end());
      assertEquals(
          table.blobEnd(span.end() - 1) - table.blobOffset(span.first()), span.length(table));
    }
    assertTrue(end <= table.count());
    BitSet missing = (BitSet) there.clone();
    missing.flip(0, table.count());
    missing.andNot(covered);
    assertTrue(missing.isEmpty(), "not covered: " + missing);
    if (spans.size() < Span.MAX_SPANS) {
      // Then only what costs less than a request is fetched in vain.
      covered.and(there);
      for (int i = covered.nextSetBit(0); i >= 0; i = covered.nextSetBit(i + 1)) {
        assertTrue(table.blobEnd(i) - table.blobOffset(i) <= 32 * 1024);
      }
    }
  }
}
