package dev.flint.bench.floor;

import dev.flint.bench.floor.PackedDisk.Unit;
import dev.flint.oci.Digest;
import dev.flint.oci.chunk.BufferPool;
import dev.flint.oci.chunk.Chunk;
import dev.flint.oci.codec.ChunkCoder;
import dev.flint.oci.codec.Codec;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads a blob once, hashes it, unpacks its units on two threads, writes the pieces at their places
 * with holes for zeros, and hashes them in order twice (as a disk and as a tar).
 */
final class Unpacker implements AutoCloseable {
  private static final int IN_FLIGHT = 16;
  private static final byte[] ZEROS = new byte[Packer.PIECE];

  private final Codec codec;
  private final ExecutorService workers = Executors.newFixedThreadPool(Packer.THREADS);
  private final ThreadLocal<ChunkCoder> coders;
  private final List<ChunkCoder> opened = new ArrayList<>();
  private final BufferPool pieces = new BufferPool(IN_FLIGHT + 1, Packer.PIECE);
  private final BufferPool units = new BufferPool(IN_FLIGHT + 1, 2 * Packer.PIECE);

  Unpacker(Codec codec) {
    this.codec = codec;
    this.coders = ThreadLocal.withInitial(this::open);
  }

  private ChunkCoder open() {
    ChunkCoder coder = codec.newCoder();
    synchronized (opened) {
      opened.add(coder);
    }
    return coder;
  }

  /** Unpacks into a file, and gives its digest. */
  Digest unpack(PackedDisk packed, ReadableByteChannel in, Path disk) throws IOException {
    Deque<Future<Chunk>> inFlight = new ArrayDeque<>();
    try (FileChannel out =
            FileChannel.open(
                disk,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        Hasher blobHash = new Hasher();
        Hasher diskHash = new Hasher();
        Hasher tarHash = new Hasher()) {
      long position = 0;
      for (Unit unit : packed.units()) {
        byte[] bytes = units.take();
        readFully(in, ByteBuffer.wrap(bytes, 0, unit.length()));
        Chunk chunk = Chunk.pooled(bytes, unit.length(), units).sharedBy(2);
        blobHash.add(ByteBuffer.wrap(bytes, 0, unit.length()), chunk::release);
        long at = position;
        inFlight.add(workers.submit(() -> unpack(chunk, unit.content(), out, at)));
        position += unit.content();
        if (inFlight.size() == IN_FLIGHT) {
          hash(inFlight.remove(), diskHash, tarHash);
        }
      }
      while (!inFlight.isEmpty()) {
        hash(inFlight.remove(), diskHash, tarHash);
      }
      setLength(out, position);
      blobHash.finish();
      tarHash.finish();
      return diskHash.finish();
    }
  }

  private static void readFully(ReadableByteChannel in, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) {
        throw new EOFException("the blob ended early");
      }
    }
  }

  private Chunk unpack(Chunk unit, int content, FileChannel out, long at) throws IOException {
    byte[] piece = pieces.take();
    try {
      coders.get().decode(unit.bytes(), 0, unit.length(), piece, content);
    } finally {
      unit.release();
    }
    if (Arrays.mismatch(piece, 0, content, ZEROS, 0, content) >= 0) {
      ByteBuffer bytes = ByteBuffer.wrap(piece, 0, content);
      while (bytes.hasRemaining()) {
        out.write(bytes, at + bytes.position());
      }
    }
    return Chunk.pooled(piece, content, pieces).sharedBy(2);
  }

  private static void hash(Future<Chunk> unpacked, Hasher disk, Hasher tar) throws IOException {
    Chunk chunk = Waiting.join(unpacked);
    disk.add(ByteBuffer.wrap(chunk.bytes(), 0, chunk.length()), chunk::release);
    tar.add(ByteBuffer.wrap(chunk.bytes(), 0, chunk.length()), chunk::release);
  }

  /** A hole at the end has to be made too. */
  private static void setLength(FileChannel out, long length) throws IOException {
    if (out.size() < length) {
      out.write(ByteBuffer.allocate(1), length - 1);
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    synchronized (opened) {
      opened.forEach(ChunkCoder::close);
    }
  }
}
