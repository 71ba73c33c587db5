package dev.flint.oci.disk;

import java.io.IOException;

/** Puts clusters as they are, those that follow each other by one write. */
final class PlainClusters implements ClusterWriter {
  private final Qcow2Clusters clusters;
  private final Qcow2Tables tables;
  private final int size;

  PlainClusters(Qcow2Clusters clusters) {
    this.clusters = clusters;
    this.tables = new Qcow2Tables(clusters);
    this.size = clusters.geometry().clusterSize();
  }

  @Override
  public void write(long block, byte[] bytes, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      // A table is written once it is full, between its clusters and those of the next.
      int run = Math.min(count - done, tables.beforeNext(block + done));
      long place = clusters.append(bytes, offset + done * size, run * size);
      for (int i = 0; i < run; i++) {
        tables.put(block + done + i, place + (long) i * size | Qcow2Clusters.COPIED);
      }
      done += run;
    }
  }

  @Override
  public void finish() throws IOException {
    tables.finish();
    clusters.finish(Qcow2Backing.NONE, BlockCodec.DEFLATE);
  }

  @Override
  public void close() {}
}
