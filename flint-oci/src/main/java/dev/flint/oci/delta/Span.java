package dev.flint.oci.delta;

import dev.flint.oci.chunk.ChunkTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Chunks that are fetched with one request; some of them may not be needed, where asking twice
 * would cost more.
 *
 * @param first chunk
 * @param end the chunk after the last one
 */
record Span(int first, int end) {
  /** So many bytes that are not needed cost no more than another request. */
  private static final long WORTH_A_REQUEST = 32 * 1024;

  /** The requests that missing chunks are fetched with, at most; the nearest are merged. */
  static final int MAX_SPANS = 24;

  /** Chunks that are not there, in as few spans as makes sense. */
  static List<Span> missing(ChunkTable table, BitSet there) {
    List<Span> runs = new ArrayList<>();
    for (int first = there.nextClearBit(0); first < table.count(); ) {
      int next = there.nextSetBit(first);
      int end = next < 0 ? table.count() : next;
      runs.add(new Span(first, end));
      first = there.nextClearBit(end);
    }
    return merge(table, runs);
  }

  private static List<Span> merge(ChunkTable table, List<Span> runs) {
    Set<Integer> bridged = narrowGaps(table, runs);
    List<Span> merged = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      if (bridged.contains(i)) {
        Span last = merged.remove(merged.size() - 1);
        merged.add(new Span(last.first(), runs.get(i).end()));
      } else {
        merged.add(runs.get(i));
      }
    }
    return merged;
  }

  /** The runs before which the gap is to be fetched too. */
  private static Set<Integer> narrowGaps(ChunkTable table, List<Span> runs) {
    List<Integer> byGap =
        IntStream.range(1, runs.size())
            .boxed()
            .sorted(Comparator.comparingLong(i -> gap(table, runs, i)))
            .collect(Collectors.toList());
    Set<Integer> bridged = new HashSet<>();
    for (int i : byGap) {
      if (gap(table, runs, i) <= WORTH_A_REQUEST || runs.size() - bridged.size() > MAX_SPANS) {
        bridged.add(i);
      }
    }
    return bridged;
  }

  private static long gap(ChunkTable table, List<Span> runs, int index) {
    return table.blobOffset(runs.get(index).first()) - table.blobEnd(runs.get(index - 1).end() - 1);
  }

  /** Where it begins in the blob. */
  long from(ChunkTable table) {
    return table.blobOffset(first);
  }

  /** Its bytes in the blob. */
  long length(ChunkTable table) {
    return table.blobEnd(end - 1) - from(table);
  }
}
