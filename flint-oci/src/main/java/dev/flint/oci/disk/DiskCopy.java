package dev.flint.oci.disk;

import dev.flint.oci.chunk.BufferPool;
import dev.flint.oci.work.OrderedWork;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;

/**
 * Copies a guest's disk from an image file of any format into a {@link GuestSink}: several threads
 * read and decompress ahead, and what nothing is allocated for is not read. Memory does not grow
 * with the disk. Immutable.
 */
public final class DiskCopy {
  /** What a thread reads at a time, in bytes; a block if that is larger. */
  private static final int PORTION = 1 << 20;

  /** Fewer zeros than this are read like data. A divisor of a portion. */
  private static final int HOLE = 1 << 18;

  /** More would only wait for whoever takes it all in. */
  private static final int MOST_READERS = 4;

  private final int threads;

  /**
   * Copies by a number of threads.
   *
   * @param threads that read, at least 1, besides the caller's; a few are as many as help
   */
  public DiskCopy(int threads) {
    this.threads = threads;
  }

  /** A thread's own reader. */
  private record Tool(GuestReader reader) implements AutoCloseable {
    @Override
    public void close() {}
  }

  /** What was read, in a buffer of the pool. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Portion(long offset, byte[] bytes, int length) {}

  /**
   * Copies a disk that {@link DiskProbe} has accepted, and finishes the sink.
   *
   * @param knownZeros how many bytes of the file from an offset on are known to be zero without
   *     looking; 0 is always right
   * @param sink of the guest's size, with nothing in it
   * @param meter is told how many bytes of the guest's disk are done, as they are
   */
  public void copy(
      FileChannel file,
      DiskInfo info,
      LongUnaryOperator knownZeros,
      GuestSink sink,
      LongConsumer meter)
      throws IOException {
    GuestReader map = GuestReader.open(file, info, knownZeros);
    int size = Math.max(PORTION, map.blockSize());
    int readers = Math.min(threads, OrderedWork.affordable(MOST_READERS, 4L * size));
    Queue<Tool> tools = new ArrayDeque<>();
    for (int i = 0; i < readers; i++) {
      tools.add(new Tool(GuestReader.open(file, info)));
    }
    BufferPool buffers = new BufferPool(OrderedWork.limit(readers), size);
    try (OrderedWork<Tool, Portion> work = new OrderedWork<>(readers, tools::remove)) {
      Drain drain = new Drain(work, sink, buffers, meter);
      long offset = map.zerosAt(0, map.size());
      while (offset < map.size()) {
        long start = offset;
        int length = dataAt(map, start, size);
        drain.makeRoom();
        byte[] buffer = buffers.take();
        work.give(tool -> new Portion(start, buffer, tool.reader().read(start, buffer, length)));
        offset += length;
        offset += map.zerosAt(offset, map.size() - offset);
      }
      drain.finish();
    }
  }

  /** How many bytes to read from an offset on: to the next large hole, or to a portion's end. */
  private static int dataAt(GuestReader map, long offset, int portion) throws IOException {
    long end = Math.min(map.size(), (offset / portion + 1) * portion);
    long at = Math.min(end, (offset / HOLE + 1) * HOLE);
    while (at < end && map.zerosAt(at, HOLE) < HOLE) {
      at = Math.min(end, at + HOLE);
    }
    return (int) (at - offset);
  }

  /** Takes what was read into the sink. */
  private record Drain(
      OrderedWork<Tool, Portion> work, GuestSink sink, BufferPool buffers, LongConsumer meter) {
    void makeRoom() throws IOException {
      if (work.isFull()) {
        next();
      }
    }

    private void next() throws IOException {
      Portion portion = work.take();
      long before = sink.position();
      sink.skip(portion.offset() - before);
      sink.write(portion.bytes(), 0, portion.length());
      meter.accept(sink.position() - before);
      buffers.give(portion.bytes());
    }

    void finish() throws IOException {
      while (!work.isEmpty()) {
        next();
      }
      long before = sink.position();
      sink.finish();
      meter.accept(sink.position() - before);
    }
  }
}
