package dev.flint.oci.disk;

import java.io.IOException;
import java.util.Arrays;

/** Cuts a guest's disk into the clusters of a qcow2 file, and leaves out those of zeros. */
final class Qcow2Sink implements GuestSink {
  private final long size;
  private final int clusterSize;
  private final ClusterWriter writer;

  /** The begun cluster, right up to the position within it. */
  private final byte[] begun;

  private long position;

  Qcow2Sink(Qcow2Geometry geometry, ClusterWriter writer) {
    this.size = geometry.virtualSize();
    this.clusterSize = geometry.clusterSize();
    this.writer = writer;
    this.begun = new byte[clusterSize];
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Qcow2Geometry.requireRoom(position, length, size);
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int within = (int) (position % clusterSize);
      if (within == 0 && end - at >= clusterSize) {
        int count = (end - at) / clusterSize;
        writeClusters(position / clusterSize, bytes, at, count);
        position += (long) count * clusterSize;
        at += count * clusterSize;
      } else {
        int piece = Math.min(clusterSize - within, end - at);
        System.arraycopy(bytes, at, begun, within, piece);
        advance(piece);
        at += piece;
      }
    }
  }

  @Override
  public void skip(long zeros) throws IOException {
    Qcow2Geometry.requireRoom(position, zeros, size);
    long left = zeros;
    int within = (int) (position % clusterSize);
    if (within > 0) {
      int piece = (int) Math.min(clusterSize - within, left);
      Arrays.fill(begun, within, within + piece, (byte) 0);
      advance(piece);
      left -= piece;
    }
    if (left > 0) {
      position += left;
      Arrays.fill(begun, 0, (int) (position % clusterSize), (byte) 0);
    }
  }

  /** Goes on by what was put into the begun cluster, up to its end. */
  private void advance(int length) throws IOException {
    position += length;
    if (position % clusterSize == 0) {
      writeClusters(position / clusterSize - 1, begun, 0, 1);
    }
  }

  private void writeClusters(long block, byte[] bytes, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      int run = 0;
      while (done + run < count
          && !Zeros.are(bytes, offset + (done + run) * clusterSize, clusterSize)) {
        run++;
      }
      if (run > 0) {
        writer.write(block + done, bytes, offset + done * clusterSize, run);
      }
      // The one that ended the run is of zeros.
      done += run + 1;
    }
  }

  @Override
  public void finish() throws IOException {
    skip(size - position);
    int within = (int) (size % clusterSize);
    if (within > 0) {
      Arrays.fill(begun, within, clusterSize, (byte) 0);
      writeClusters(size / clusterSize, begun, 0, 1);
    }
    writer.finish();
  }

  @Override
  public void close() {
    writer.close();
  }
}
