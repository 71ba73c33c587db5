package dev.flint.oci.delta;

import dev.flint.oci.chunk.ChunkList;
import java.io.IOException;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * What two disks have in common. A chunk that a disk has several times counts once.
 *
 * @param shared what both have
 * @param onlyFirst what the second has not
 * @param onlySecond what the first has not
 * @param download what a device that has the first fetches for the second
 */
public record DiskDiff(Part shared, Part onlyFirst, Part onlySecond, Download download) {
  /**
   * Some chunks.
   *
   * @param bytes uncompressed
   */
  public record Part(int chunks, long bytes) {
    private static final Part NOTHING = new Part(0, 0);

    private Part plus(int length) {
      return new Part(chunks + 1, bytes + length);
    }
  }

  /** Compares. */
  public static DiskDiff of(ComparedDisk first, ComparedDisk second) throws IOException {
    ChunkIndex inFirst = new ChunkIndex(first.chunks());
    ChunkIndex inSecond = new ChunkIndex(second.chunks());
    BitSet there = common(second.chunks(), inFirst);
    return new DiskDiff(
        sum(second.chunks(), inSecond, there),
        sum(first.chunks(), inFirst, inverse(common(first.chunks(), inSecond), first)),
        sum(second.chunks(), inSecond, inverse(there, second)),
        download(first, second, there));
  }

  /** Which chunks of a disk another one has. */
  private static BitSet common(ChunkList chunks, ChunkIndex other) {
    BitSet common = new BitSet(chunks.count());
    for (int i = 0; i < chunks.count(); i++) {
      common.set(i, other.find(chunks.hash(i)) >= 0);
    }
    return common;
  }

  private static BitSet inverse(BitSet bits, ComparedDisk disk) {
    BitSet inverse = (BitSet) bits.clone();
    inverse.flip(0, disk.chunks().count());
    return inverse;
  }

  private static Part sum(ChunkList chunks, ChunkIndex index, BitSet which) {
    Part sum = Part.NOTHING;
    for (int i = which.nextSetBit(0); i >= 0; i = which.nextSetBit(i + 1)) {
      sum = index.first(i) == i ? sum.plus(chunks.length(i)) : sum;
    }
    return sum;
  }

  private static Download download(ComparedDisk first, ComparedDisk second, BitSet there)
      throws IOException {
    Download download = second.download(there);
    boolean same = second.layer().isPresent() && second.layer().equals(first.layer());
    return same ? new Download(0, OptionalInt.of(0), download.whole()) : download;
  }
}
