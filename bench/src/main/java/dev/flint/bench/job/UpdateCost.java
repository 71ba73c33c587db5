package dev.flint.bench.job;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.delta.Download;
import java.io.IOException;
import java.util.BitSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a device fetches of a layer when it has another one.
 *
 * @param chunks that it has not
 * @param bytes of their places in the layer, of the table and of the footer
 * @param ranges of chunks that follow each other
 * @param pull what Flint fetches, which merges ranges where another request costs more, and reads
 *     both ends of the layer in pieces of fixed size
 */
record UpdateCost(int chunks, long bytes, int ranges, Download pull) {
  static UpdateCost of(TrialLayer old, TrialLayer changed) throws IOException {
    BitSet there = common(old.table(), changed.table());
    ChunkTable table = changed.table();
    long bytes = changed.tableBytes();
    int ranges = 0;
    for (int i = there.nextClearBit(0); i < table.count(); i = there.nextClearBit(i + 1)) {
      bytes += table.blobEnd(i) - table.blobOffset(i);
      ranges += i == 0 || there.get(i - 1) ? 1 : 0;
    }
    int chunks = table.count() - there.cardinality();
    return new UpdateCost(chunks, bytes, ranges, changed.disk().download(there));
  }

  /** Which chunks of a disk are in another one. */
  private static BitSet common(ChunkTable old, ChunkTable changed) {
    Set<Digest> known =
        IntStream.range(0, old.count()).mapToObj(old::digest).collect(Collectors.toSet());
    return IntStream.range(0, changed.count())
        .filter(i -> known.contains(changed.digest(i)))
        .collect(BitSet::new, BitSet::set, BitSet::or);
  }
}
