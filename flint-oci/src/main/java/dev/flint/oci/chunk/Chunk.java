package dev.flint.oci.chunk;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A piece of a disk or a blob in memory, read by several threads. Its buffer goes back to the pool
 * when the last of its users has released it. Thread-safe.
 */
public final class Chunk {
  private final byte[] bytes;
  private final int length;
  private final Optional<BufferPool> pool;
  private final AtomicInteger users = new AtomicInteger();

  private Chunk(byte[] bytes, int length, Optional<BufferPool> pool) {
    this.bytes = bytes;
    this.length = length;
    this.pool = pool;
  }

  /** A chunk whose buffer is from a pool. */
  public static Chunk pooled(byte[] bytes, int length, BufferPool pool) {
    return new Chunk(bytes, length, Optional.of(pool));
  }

  /** A chunk of zeros, whose bytes are shared with others. */
  static Chunk zeros(byte[] zeros, int length) {
    return new Chunk(zeros, length, Optional.empty());
  }

  /** Holds the chunk from the start on; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** In bytes, of a disk 1 to {@link ChunkTable#MAX_CHUNK}. */
  public int length() {
    return length;
  }

  /** Whether it was found to be zero; a chunk of short zeros may say no. */
  public boolean isZeros() {
    return pool.isEmpty();
  }

  /** Says how many users will release it. Called once, before any of them begins. */
  public Chunk sharedBy(int count) {
    users.set(count);
    return this;
  }

  /** Ends one use. */
  public void release() {
    if (users.decrementAndGet() == 0) {
      pool.ifPresent(owner -> owner.give(bytes));
    }
  }
}
