package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where compressed clusters go in a qcow2 file: one after the other without gaps, so that a cluster
 * of the file may hold pieces of many (qcow2.txt, "Compressed Clusters Descriptor").
 */
final class PackedBytes {
  private static final long COMPRESSED = 1L << 62;
  private static final int SECTOR = 512;

  private final Qcow2Clusters clusters;
  private final int size;
  private final int offsetBits;

  /** The next free byte; at the start of a cluster when there is none. */
  private long end;

  /** What is to be written by one write, and where. */
  private byte[] run = new byte[0];

  private int runStart;
  private int runLength;
  private long runOffset;

  PackedBytes(Qcow2Clusters clusters) {
    this.clusters = clusters;
    this.size = clusters.geometry().clusterSize();
    this.offsetBits = 62 - (clusters.geometry().clusterBits() - 8);
  }

  /**
   * Takes bytes of an array that stay as they are until {@link #flush}.
   *
   * @param length fewer than a cluster has
   * @return the L2 entry
   */
  long append(byte[] from, int start, int length) throws IOException {
    long offset = place(length);
    if (run != from || runStart + runLength != start || runOffset + runLength != offset) {
      flush();
      run = from;
      runStart = start;
      runOffset = offset;
    }
    runLength += length;
    long moreSectors = (offset % SECTOR + length - 1) / SECTOR;
    return COMPRESSED | moreSectors << offsetBits | offset;
  }

  /** Takes room, of one cluster or of two in a row. */
  private long place(int length) throws IOException {
    long room = (size - end % size) % size;
    if (room > 0 && room >= length) {
      clusters.share(end / size);
    } else {
      long next = clusters.allocate(1);
      if (room > 0 && next == end / size + 1) {
        clusters.share(end / size);
      } else {
        end = next * size;
      }
    }
    long offset = end;
    end += length;
    return offset;
  }

  /** Writes what was taken. */
  void flush() throws IOException {
    clusters.put(ByteBuffer.wrap(run, runStart, runLength), runOffset);
    runLength = 0;
  }
}
