package dev.flint.oci.delta;

import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which seed seems to have which chunk of a table. Immutable once made, thread-safe. */
final class LocalChunks {
  private static final int NOWHERE = -1;

  private final ChunkTable table;
  private final ChunkIndex index;
  private final List<Seed> seeds;
  private final int[] seedOf;
  private final long[] placeOf;
  private int found;

  private LocalChunks(ChunkTable table, List<Seed> seeds) {
    this.table = table;
    this.index = new ChunkIndex(table.chunks());
    this.seeds = seeds;
    this.seedOf = new int[table.count()];
    this.placeOf = new long[table.count()];
    Arrays.fill(seedOf, NOWHERE);
  }

  /** Asks all seeds. */
  static LocalChunks find(ChunkTable table, List<Seed> seeds) throws IOException {
    LocalChunks chunks = new LocalChunks(table, List.copyOf(seeds));
    for (int i = 0; i < seeds.size(); i++) {
      int seed = i;
      seeds.get(i).offer((hash, place) -> chunks.note(hash, seed, place));
    }
    return chunks;
  }

  private boolean note(byte[] hash, int seed, long place) {
    int chunk = index.find(hash);
    if (chunk >= 0 && seedOf[chunk] == NOWHERE) {
      seedOf[chunk] = seed;
      placeOf[chunk] = place;
      found++;
    }
    return found < table.count();
  }

  /** Whether any chunk was found. */
  boolean isEmpty() {
    return found == 0;
  }

  /** Brings a chunk to the target, verified; whether it could. */
  boolean copy(int chunk, ChunkTarget target, DeltaTool tool) throws IOException {
    int first = index.first(chunk);
    if (seedOf[first] == NOWHERE) {
      return false;
    }
    Seed seed = seeds.get(seedOf[first]);
    Optional<byte[]> unit = seed.unit(placeOf[first], target.encoder());
    if (unit.isPresent()
        && unit.get().length == table.blobEnd(chunk) - table.blobOffset(chunk)
        && copyUnit(chunk, unit.get(), target, tool)) {
      return true;
    }
    return seed.read(placeOf[first], tool.decoders(), tool.chunk(), table.length(chunk))
        && tool.decoder().isChunk(chunk, tool.chunk())
        && target.putChunk(chunk, tool.chunk(), tool);
  }

  private static boolean copyUnit(int chunk, byte[] unit, ChunkTarget target, DeltaTool tool)
      throws IOException {
    try {
      target.putPlace(chunk, unit, unit.length, tool);
      return true;
    } catch (IntegrityException e) {
      return false;
    }
  }
}
