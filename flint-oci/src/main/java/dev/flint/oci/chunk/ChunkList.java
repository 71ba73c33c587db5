package dev.flint.oci.chunk;

import dev.flint.oci.Digest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The chunks of a disk in their order, which follow each other without gaps. Kept in columns, as a
 * large disk has hundreds of thousands. Immutable, thread-safe.
 */
public final class ChunkList {
  /** The longest chunk, in bytes. */
  public static final int MAX_CHUNK = 4 << 20;

  /** The most chunks a disk can have. */
  public static final int MAX_COUNT = 1 << 19;

  private static final int HASH = 32;

  private final int count;
  private final long[] offsets;
  private final byte[] hashes;

  private ChunkList(Builder builder) {
    this.count = builder.count;
    // Not copied: for a moment that would take twice the memory of a long list.
    this.offsets = builder.offsets;
    this.offsets[count] = builder.size;
    this.hashes = builder.hashes;
  }

  /** The number of chunks. */
  public int count() {
    return count;
  }

  /** The length of the disk, in bytes. */
  public long size() {
    return offsets[count];
  }

  /** Where a chunk begins in the disk, in bytes. */
  public long offset(int index) {
    return offsets[index];
  }

  /** The length of a chunk, in bytes. */
  public int length(int index) {
    return (int) (offsets[index + 1] - offsets[index]);
  }

  /** The length of the longest chunk, in bytes. */
  public int maxLength() {
    int max = 0;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, length(i));
    }
    return max;
  }

  /** Whether a SHA-256 is that of a chunk. */
  public boolean hasHash(int index, byte[] hash) {
    return Arrays.equals(hashes, index * HASH, (index + 1) * HASH, hash, 0, HASH);
  }

  /** The SHA-256 of a chunk. */
  public byte[] hash(int index) {
    return Arrays.copyOfRange(hashes, index * HASH, (index + 1) * HASH);
  }

  /** The digest of a chunk. */
  public Digest digest(int index) {
    return new Digest("sha256", HexFormat.of().formatHex(hashes, index * HASH, (index + 1) * HASH));
  }

  /** Collects chunks in their order, for one list. Confined to one thread. */
  public static final class Builder {
    private static final int FIRST = 256;

    private int count;
    private long size;
    private long[] offsets = new long[FIRST + 1];
    private byte[] hashes = new byte[FIRST * HASH];

    /** The sum of the lengths so far, in bytes. */
    public long size() {
      return size;
    }

    /** Whether no more chunks can be added. */
    public boolean isFull() {
      return count == MAX_COUNT;
    }

    /** Adds a chunk after the last one. */
    public void add(int length, byte[] hash) {
      if (length < 1 || length > MAX_CHUNK || isFull()) {
        throw new IllegalArgumentException("chunk of " + length + " bytes");
      }
      if (count + 1 == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * count + 1);
        hashes = Arrays.copyOf(hashes, 2 * count * HASH);
      }
      offsets[count] = size;
      System.arraycopy(hash, 0, hashes, count * HASH, HASH);
      count++;
      size += length;
    }

    /** Ends the list. */
    public ChunkList build() {
      return new ChunkList(this);
    }
  }
}
