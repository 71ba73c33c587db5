package dev.flint.oci.chunk;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * Reads a disk once, from its start to its end, in chunks. Long runs of zeros become chunks of
 * their own; what lies between them is cut by its content (docs/format.md, "Chunks"). Where the
 * cuts are depends on the bytes alone. Confined to one thread.
 */
public final class ChunkReader {
  /** The unit in which zeros are looked for; disks and file systems align to it. */
  private static final int BLOCK = 4096;

  /** A shorter run of zeros is not worth a chunk. */
  private static final int MIN_ZEROS = 64 * 1024;

  private final FileChannel disk;
  private final long size;
  private final LongUnaryOperator knownZeros;
  private final ChunkSizes sizes;
  private final Chunker chunker;
  private final BufferPool pool;
  private final byte[] zeros;
  private final byte[] buffer;
  private long position;
  private int start;
  private int filled;

  /**
   * Reads a disk.
   *
   * @param knownZeros how many bytes from an offset on are known to be zero without looking; 0 is
   *     always right
   * @param pool of buffers of {@code sizes.max()}
   */
  public ChunkReader(
      FileChannel disk, LongUnaryOperator knownZeros, ChunkSizes sizes, BufferPool pool)
      throws IOException {
    this.disk = disk;
    this.size = disk.size();
    this.knownZeros = knownZeros;
    this.sizes = sizes;
    this.chunker = new Chunker(sizes);
    this.pool = pool;
    this.zeros = new byte[Math.max(sizes.max(), BLOCK)];
    this.buffer = new byte[2 * (sizes.max() + MIN_ZEROS)];
  }

  /**
   * The next chunk; empty at the end of the disk.
   *
   * @throws FlintException LOCAL_IO if the disk got shorter meanwhile
   */
  public Optional<Chunk> next() throws IOException {
    if (position == size) {
      return Optional.empty();
    }
    int taken = takeZeros();
    if (taken > 0) {
      return Optional.of(Chunk.zeros(zeros, taken));
    }
    int length = chunker.cut(buffer, start, Math.min(filled - start, sizes.max()));
    length = beforeZeros(length);
    byte[] bytes = pool.take();
    System.arraycopy(buffer, start, bytes, 0, length);
    advance(length);
    return Optional.of(Chunk.pooled(bytes, length, pool));
  }

  /** Moves over a long run of zeros, or the zeros that end the disk, up to the longest chunk. */
  private int takeZeros() throws IOException {
    int taken = (int) Math.min(knownZeros(), sizes.max());
    if (taken >= MIN_ZEROS) {
      skip(taken);
    } else {
      taken = 0;
      fill();
      int found = zerosFrom(start, filled);
      if (found < MIN_ZEROS && position + found < size) {
        return 0;
      }
    }
    while (taken < sizes.max() && position < size) {
      fill();
      int wanted = Math.min(filled - start, sizes.max() - taken);
      int found = zerosFrom(start, start + wanted);
      advance(found);
      taken += found;
      if (found < wanted) {
        return taken;
      }
      int known = (int) Math.min(knownZeros(), sizes.max() - taken);
      skip(known);
      taken += known;
    }
    return taken;
  }

  private long knownZeros() {
    return Math.min(knownZeros.applyAsLong(position), size - position);
  }

  /** Where a chunk that content would cut after {@code length} bytes ends for zeros' sake. */
  private int beforeZeros(int length) {
    // The first block that a run may start with: the next one aligned in the disk.
    int at = start + (int) (BLOCK - position % BLOCK);
    while (at < start + length) {
      int found = zerosFrom(at, Math.min(filled, at + MIN_ZEROS));
      if (found == MIN_ZEROS) {
        return at - start;
      }
      at += (found / BLOCK + 1) * BLOCK;
    }
    return length;
  }

  /** The number of zero bytes from an index of the buffer on. */
  private int zerosFrom(int from, int to) {
    int at = from;
    while (at < to) {
      int length = Math.min(BLOCK, to - at);
      int different = Arrays.mismatch(buffer, at, at + length, zeros, 0, length);
      if (different >= 0) {
        return at + different - from;
      }
      at += length;
    }
    return to - from;
  }

  private void advance(int length) {
    start += length;
    position += length;
  }

  /** Moves on without having read; what is in the buffer may end before. */
  private void skip(int length) {
    position += length;
    start = Math.min(filled, start + length);
  }

  /** Sees to it that a whole chunk and the zeros after it are in the buffer, or all there is. */
  private void fill() throws IOException {
    if (filled - start >= buffer.length / 2 || position + (filled - start) >= size) {
      return;
    }
    System.arraycopy(buffer, start, buffer, 0, filled - start);
    filled -= start;
    start = 0;
    while (filled < buffer.length && position + filled < size) {
      int wanted = (int) Math.min(buffer.length - filled, size - position - filled);
      int n = disk.read(ByteBuffer.wrap(buffer, filled, wanted), position + filled);
      if (n <= 0) {
        throw new FlintException(
            ErrorCode.LOCAL_IO,
            "the disk changed while it was read: it had " + size + " bytes",
            "stop the machine that uses it and try again");
      }
      filled += n;
    }
  }
}
