package dev.flint.oci.delta;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.BufferPool;
import dev.flint.oci.chunk.Chunk;
import dev.flint.oci.chunk.ChunkReader;
import dev.flint.oci.chunk.ChunkSizes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/** Cuts a disk file as layers are cut, and hashes the chunks. Used once, by one thread. */
final class DiskScan {
  private final MessageDigest hasher = Digest.sha256Hasher();
  private byte[] zerosHash = new byte[0];
  private int zerosLength;

  private DiskScan() {}

  /** Takes chunks in their order. */
  @FunctionalInterface
  interface Visitor {
    /** Takes a chunk; whether it wants more. */
    boolean take(byte[] hash, long offset, int length) throws IOException;
  }

  /**
   * Reads a disk.
   *
   * @param knownZeros as {@link ChunkReader} takes it
   */
  static void run(FileChannel disk, LongUnaryOperator knownZeros, Visitor visitor)
      throws IOException {
    ChunkSizes sizes = ChunkSizes.USUAL;
    ChunkReader reader = new ChunkReader(disk, knownZeros, sizes, new BufferPool(1, sizes.max()));
    DiskScan scan = new DiskScan();
    long offset = 0;
    boolean wanted = true;
    for (Optional<Chunk> next = reader.next(); wanted && next.isPresent(); next = reader.next()) {
      Chunk chunk = next.get().sharedBy(1);
      wanted = visitor.take(scan.hash(chunk), offset, chunk.length());
      offset += chunk.length();
      chunk.release();
    }
  }

  private byte[] hash(Chunk chunk) {
    // Hashing gigabytes of zeros would take most of the time that a sparse disk does.
    if (chunk.isZeros() && chunk.length() == zerosLength) {
      return zerosHash;
    }
    hasher.update(chunk.bytes(), 0, chunk.length());
    byte[] hash = hasher.digest();
    if (chunk.isZeros()) {
      zerosHash = hash;
      zerosLength = chunk.length();
    }
    return hash;
  }
}
