package dev.flint.bench.floor;

import dev.flint.bench.floor.PackedDisk.Unit;
import dev.flint.oci.chunk.BufferPool;
import dev.flint.oci.chunk.Chunk;
import dev.flint.oci.codec.ChunkCoder;
import dev.flint.oci.codec.Codec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads a disk once in fixed pieces, hashes it twice (as a disk and as a tar), compresses the
 * pieces on two threads, hashes and writes the units in order. Pieces of zeros are compressed once.
 */
final class Packer implements AutoCloseable {
  static final int PIECE = 256 * 1024;
  static final int THREADS = 2;
  private static final int IN_FLIGHT = 16;

  private final Codec codec;
  private final ExecutorService workers = Executors.newFixedThreadPool(THREADS);
  private final ExecutorService sender = Executors.newSingleThreadExecutor();
  private final ThreadLocal<ChunkCoder> coders;
  private final List<ChunkCoder> opened = new ArrayList<>();
  private final BufferPool pool = new BufferPool(IN_FLIGHT, PIECE);
  private final BlockingQueue<Future<Packed>> queue = new ArrayBlockingQueue<>(IN_FLIGHT);
  private final Packed zeros;

  /** No content says that the disk has ended. */
  private record Packed(ByteBuffer unit, int content) {}

  Packer(Codec codec) {
    this.codec = codec;
    this.coders = ThreadLocal.withInitial(this::open);
    this.zeros = encode(new byte[PIECE], PIECE);
  }

  private ChunkCoder open() {
    ChunkCoder coder = codec.newCoder();
    synchronized (opened) {
      opened.add(coder);
    }
    return coder;
  }

  /** Packs a disk into a channel. */
  PackedDisk pack(Path disk, Path blob, WritableByteChannel out) throws IOException {
    try (FileChannel channel = FileChannel.open(disk);
        Hasher diskHash = new Hasher();
        Hasher tarHash = new Hasher()) {
      Future<List<Unit>> sent = sender.submit(() -> send(out));
      long size = channel.size();
      for (long at = 0; at < size; at += PIECE) {
        int length = (int) Math.min(PIECE, size - at);
        byte[] bytes = pool.take();
        channel.read(ByteBuffer.wrap(bytes, 0, length), at);
        Chunk chunk = Chunk.pooled(bytes, length, pool).sharedBy(3);
        diskHash.add(ByteBuffer.wrap(bytes, 0, length), chunk::release);
        tarHash.add(ByteBuffer.wrap(bytes, 0, length), chunk::release);
        put(workers.submit(() -> pack(chunk)));
      }
      put(CompletableFuture.completedFuture(new Packed(ByteBuffer.allocate(0), 0)));
      List<Unit> units = Waiting.join(sent);
      tarHash.finish();
      return new PackedDisk(blob, units, diskHash.finish());
    }
  }

  private void put(Future<Packed> packed) throws IOException {
    try {
      queue.put(packed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while measuring the floor");
    }
  }

  private Packed pack(Chunk chunk) {
    try {
      return chunk.length() == PIECE && isZeros(chunk.bytes())
          ? zeros
          : encode(chunk.bytes(), chunk.length());
    } finally {
      chunk.release();
    }
  }

  private static boolean isZeros(byte[] bytes) {
    return bytes[0] == 0 && Arrays.mismatch(bytes, 1, PIECE, bytes, 0, PIECE - 1) < 0;
  }

  private Packed encode(byte[] bytes, int length) {
    ChunkCoder coder = coders.get();
    byte[] out = new byte[coder.bound(length)];
    int unit = coder.encode(bytes, 0, length, out);
    return new Packed(ByteBuffer.wrap(Arrays.copyOf(out, unit)), length);
  }

  private List<Unit> send(WritableByteChannel out) throws IOException, InterruptedException {
    List<Unit> units = new ArrayList<>();
    try (Hasher blobHash = new Hasher()) {
      for (Packed packed = next(); packed.content > 0; packed = next()) {
        ByteBuffer unit = packed.unit.duplicate();
        int length = unit.remaining();
        blobHash.add(unit.duplicate(), () -> {});
        while (unit.hasRemaining()) {
          out.write(unit);
        }
        units.add(new Unit(length, packed.content));
      }
      blobHash.finish();
    }
    return units;
  }

  private Packed next() throws IOException, InterruptedException {
    return Waiting.join(queue.take());
  }

  @Override
  public void close() {
    workers.shutdownNow();
    sender.shutdownNow();
    synchronized (opened) {
      opened.forEach(ChunkCoder::close);
    }
  }
}
