package dev.flint.bench.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.chunk.ChunkSizes;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.Codecs;
import dev.flint.oci.codec.DeflateChoice;
import dev.flint.oci.layer.LayerPacker;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates of a small disk that cannot be compressed, by edits at known places. */
final class UpdateCostTest {
  private static final int KIB = 1 << 10;
  private static final int SIZE = 8 << 20;
  private static final ChunkSizes SIZES = new ChunkSizes(4 * KIB, 16 * KIB, 64 * KIB);

  /** The most ranges that a pull asks for, and the two for the ends of the layer. */
  private static final int MOST_REQUESTS = 24 + 2;

  @TempDir Path folder;
  private OciLayout layout;
  private final byte[] bytes = new byte[SIZE];

  @BeforeEach
  void makeDisk() throws IOException {
    layout = OciLayout.openOrCreate(folder.resolve("layout"));
    new Random(5).nextBytes(bytes);
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private TrialLayer pack(byte[] disk) throws IOException {
    Path file = Files.write(folder.resolve("disk.raw"), disk);
    LayerPacker packer =
        new LayerPacker(Codecs.ofThisMachine().gzip(DeflateChoice.JDK, 1), SIZES, 2);
    return TrialLayer.pack(file, packer, layout);
  }

  private static int chunkAt(ChunkTable table, long offset) {
    return IntStream.range(0, table.count())
        .filter(i -> offset < table.diskOffset(i) + table.length(i))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void packsWithTheSizesAskedFor() throws IOException {
    TrialLayer layer = pack(bytes);
    assertEquals(SIZE, layer.table().diskSize());
    assertTrue(layer.table().maxLength() <= SIZES.max());
    assertTrue(layer.table().count() > SIZE / (2 * SIZES.mean()), "chunks of the wanted mean");
  }

  @Test
  void needsOnlyTheTableOfAnEqualDisk() throws IOException {
    TrialLayer layer = pack(bytes);
    UpdateCost cost = UpdateCost.of(layer, layer);
    assertEquals(0, cost.chunks());
    assertEquals(0, cost.ranges());
    assertEquals(layer.size() - layer.table().end(), cost.bytes());
  }

  @Test
  void needsTheChunkOfAnEdit() throws IOException {
    TrialLayer old = pack(bytes);
    ChunkTable before = old.table();
    int edited = chunkAt(before, SIZE / 2);
    // Before the shortest chunk ends no cut depends on what is there, so all cuts stay.
    bytes[(int) before.diskOffset(edited) + 1] ^= 1;
    TrialLayer changed = pack(bytes);
    ChunkTable table = changed.table();
    UpdateCost cost = UpdateCost.of(old, changed);
    assertEquals(1, cost.chunks());
    assertEquals(1, cost.ranges());
    assertEquals(
        table.blobEnd(edited) - table.blobOffset(edited) + changed.tableBytes(), cost.bytes());
  }

  @Test
  void needsFewChunksWhereSomethingIsInserted() throws IOException {
    TrialLayer old = pack(bytes);
    byte[] longer = Arrays.copyOf(bytes, SIZE + 100);
    System.arraycopy(bytes, SIZE / 2, longer, SIZE / 2 + 100, SIZE / 2);
    UpdateCost cost = UpdateCost.of(old, pack(longer));
    assertTrue(cost.chunks() >= 1 && cost.chunks() < 8, "chunks: " + cost.chunks());
    assertEquals(1, cost.ranges());
  }

  @Test
  void countsRangesThatAPullMerges() throws IOException {
    TrialLayer old = pack(bytes);
    int edits = 30;
    for (int i = 0; i < edits; i++) {
      bytes[i * (SIZE / edits) + SIZE / edits / 2] ^= 1;
    }
    TrialLayer changed = pack(bytes);
    UpdateCost cost = UpdateCost.of(old, changed);
    assertEquals(edits, cost.ranges());
    assertEquals(MOST_REQUESTS, cost.pull().requests().orElseThrow());
    assertTrue(cost.pull().bytes() > cost.bytes(), "merging costs bytes");
    assertTrue(cost.pull().bytes() < changed.size());
  }

  @Test
  void needsAllOfAnotherDisk() throws IOException {
    TrialLayer old = pack(bytes);
    new Random(6).nextBytes(bytes);
    TrialLayer other = pack(bytes);
    UpdateCost cost = UpdateCost.of(old, other);
    assertEquals(other.table().count(), cost.chunks());
    assertEquals(1, cost.ranges());
    assertEquals(other.size() - other.table().blobOffset(0), cost.bytes());
  }
}
