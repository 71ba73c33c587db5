package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A qcow2 file in the making, version 3: clusters are taken one after the other (QEMU's
 * docs/interop/qcow2.txt). The first is the header's.
 */
final class Qcow2Clusters {
  /** "Used exactly once", the flag of entries that may be written in place. */
  static final long COPIED = 1L << 63;

  static final int HEADER_LENGTH = 112;
  private static final int REFCOUNT_ORDER = 4;

  private final FileChannel target;
  private final Qcow2Geometry geometry;
  private final int size;
  private final EarlyFlush flush;
  private final Qcow2Refcounts refcounts;
  private long count = 1;
  private long l1Offset;

  /** Empties the file. */
  Qcow2Clusters(FileChannel target, Qcow2Geometry geometry) throws IOException {
    geometry.requireAllowed();
    this.target = target.truncate(0);
    this.geometry = geometry;
    this.size = geometry.clusterSize();
    this.flush = new EarlyFlush(target);
    this.refcounts = new Qcow2Refcounts(this);
  }

  Qcow2Geometry geometry() {
    return geometry;
  }

  /** How many clusters are taken. */
  long count() {
    return count;
  }

  /** Takes clusters in a row; returns the first one's number. */
  long allocate(long wanted) {
    long first = count;
    count += wanted;
    return first;
  }

  /** Takes what the L1 table needs; returns its offset. */
  long takeL1() {
    l1Offset = allocate(BlockMap.ceilDiv(geometry.l1Entries() * Long.BYTES, size)) * size;
    return l1Offset;
  }

  void put(ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    flush.wrote(bytes.remaining());
    while (bytes.hasRemaining()) {
      at += target.write(bytes, at);
    }
  }

  /** Puts whole clusters into as many of their own, in a row; returns their offset. */
  long append(byte[] bytes, int from, int length) throws IOException {
    long offset = allocate(length / size) * size;
    put(ByteBuffer.wrap(bytes, from, length), offset);
    return offset;
  }

  /** Counts one more user of a cluster than the one it was taken for. */
  void share(long cluster) throws IOException {
    refcounts.share(cluster);
  }

  /**
   * Ends the file: refcounts of all clusters, and the header.
   *
   * @param codec of compressed clusters
   */
  void finish(Qcow2Backing backing, BlockCodec codec) throws IOException {
    Qcow2Refcounts.Table table = refcounts.finish();
    // The rest of the cluster is zero: no extension but the backing file's.
    ByteBuffer header =
        ByteBuffer.allocate(size)
            .put(Qcow2Header.MAGIC)
            .putInt(4, 3)
            .putInt(20, geometry.clusterBits())
            .putLong(24, BlockMap.ceilDiv(geometry.virtualSize(), 512) * 512)
            .putInt(36, (int) geometry.l1Entries())
            .putLong(40, l1Offset)
            .putLong(48, table.offset())
            .putInt(56, table.clusters())
            .putInt(96, REFCOUNT_ORDER)
            .putInt(100, HEADER_LENGTH);
    if (codec == BlockCodec.ZSTD) {
      header.putLong(72, Qcow2Header.COMPRESSION_TYPE).put(104, Qcow2Header.ZSTD_TYPE);
    }
    backing.writeTo(header);
    put(header.rewind(), 0);
    flush.finish();
  }
}
