package dev.flint.oci.disk;

import dev.flint.oci.chunk.BufferPool;
import dev.flint.oci.work.OrderedWork;
import java.io.IOException;

/** Compresses clusters on several threads and puts them in the order they came. */
final class PackedClusters implements ClusterWriter {
  /** What a thread is given at a time, in bytes: enough to be worth it. */
  private static final int PORTION = 256 << 10;

  private final Qcow2Clusters clusters;
  private final Qcow2Tables tables;
  private final ClusterPacking packing;
  private final PackedBytes packed;
  private final int size;
  private final int perPortion;
  private final OrderedWork<ClusterPacker, ClusterPortion> work;
  private final BufferPool buffers;

  PackedClusters(Qcow2Clusters clusters, ClusterPacking packing, int wantedThreads) {
    this.clusters = clusters;
    this.tables = new Qcow2Tables(clusters);
    this.packing = packing;
    this.packed = new PackedBytes(clusters);
    this.size = clusters.geometry().clusterSize();
    this.perPortion = Math.max(1, PORTION / size);
    // A portion, what is made of it, and what its thread makes that in.
    int threads = OrderedWork.affordable(wantedThreads, 3L * perPortion * size);
    this.buffers = new BufferPool(OrderedWork.limit(threads), perPortion * size);
    this.work = new OrderedWork<>(threads, () -> new ClusterPacker(packing, size));
  }

  @Override
  public void write(long block, byte[] bytes, int offset, int count) throws IOException {
    for (int done = 0; done < count; done += perPortion) {
      if (work.isFull()) {
        put(work.take());
      }
      int portion = Math.min(perPortion, count - done);
      byte[] copy = buffers.take();
      System.arraycopy(bytes, offset + done * size, copy, 0, portion * size);
      ClusterPortion task = new ClusterPortion(block + done, copy, portion);
      work.give(packer -> packer.pack(task));
    }
  }

  private void put(ClusterPortion portion) throws IOException {
    int start = 0;
    for (int i = 0; i < portion.count(); i++) {
      int length = portion.length(i);
      tables.beforeNext(portion.block() + i);
      long entry =
          length == 0
              ? clusters.append(portion.bytes(), i * size, size) | Qcow2Clusters.COPIED
              : packed.append(portion.packed(), start, length);
      tables.put(portion.block() + i, entry);
      start += length;
    }
    packed.flush();
    buffers.give(portion.bytes());
  }

  @Override
  public void finish() throws IOException {
    while (!work.isEmpty()) {
      put(work.take());
    }
    tables.finish();
    clusters.finish(Qcow2Backing.NONE, packing.kind());
  }

  @Override
  public void close() {
    work.close();
  }
}
