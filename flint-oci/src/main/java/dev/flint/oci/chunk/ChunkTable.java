package dev.flint.oci.chunk;

import dev.flint.oci.Digest;
import java.util.Arrays;

/**
 * Where in a layer's blob each chunk of the disk is: its table of contents. As the chunks in the
 * disk, so do their places in the blob follow each other without gaps. Immutable, thread-safe.
 */
public final class ChunkTable {
  /** The longest chunk, in bytes; no table with a longer one is used. */
  public static final int MAX_CHUNK = ChunkList.MAX_CHUNK;

  /** The most chunks a table can have. */
  public static final int MAX_COUNT = ChunkList.MAX_COUNT;

  private final String name;
  private final Digest diskDigest;
  private final ChunkList chunks;
  private final long[] blobOffsets;
  private final long end;

  private ChunkTable(Builder builder, Digest diskDigest, long end) {
    this.name = builder.name;
    this.diskDigest = diskDigest;
    this.chunks = builder.chunks.build();
    this.blobOffsets = builder.blobOffsets;
    this.end = end;
  }

  /** The name of the disk in the layer. */
  public String name() {
    return name;
  }

  /** The chunks without their places. */
  public ChunkList chunks() {
    return chunks;
  }

  /** The length of the disk file, in bytes. */
  public long diskSize() {
    return chunks.size();
  }

  /** The digest of the disk file, as the table says. */
  public Digest diskDigest() {
    return diskDigest;
  }

  /** The number of chunks, at least 1. */
  public int count() {
    return chunks.count();
  }

  /** Where a chunk begins in the disk, in bytes. */
  public long diskOffset(int index) {
    return chunks.offset(index);
  }

  /** The length of a chunk, in bytes. */
  public int length(int index) {
    return chunks.length(index);
  }

  /** The length of the longest chunk, in bytes. */
  public int maxLength() {
    return chunks.maxLength();
  }

  /** Where the unit that holds a chunk begins in the blob, in bytes. */
  public long blobOffset(int index) {
    return blobOffsets[index];
  }

  /** Where the place of a chunk in the blob ends; after the last one may follow padding. */
  public long blobEnd(int index) {
    return index + 1 < chunks.count() ? blobOffsets[index + 1] : end;
  }

  /** Where the table itself begins in the blob. */
  public long end() {
    return end;
  }

  /** Whether a SHA-256 is that of a chunk. */
  public boolean hasHash(int index, byte[] hash) {
    return chunks.hasHash(index, hash);
  }

  /** The SHA-256 of a chunk. */
  public byte[] hash(int index) {
    return chunks.hash(index);
  }

  /** The digest of a chunk. */
  public Digest digest(int index) {
    return chunks.digest(index);
  }

  /** Collects chunks in their order, for one table. Confined to one thread. */
  public static final class Builder {
    private static final int FIRST = 256;

    private final String name;
    private final ChunkList.Builder chunks = new ChunkList.Builder();
    private int count;
    private long[] blobOffsets = new long[FIRST];

    /** For the disk of this name. */
    public Builder(String name) {
      this.name = name;
    }

    /** The sum of the lengths so far, in bytes. */
    public long diskSize() {
      return chunks.size();
    }

    /** Where the last chunk begins in the blob; -1 before the first. */
    public long lastBlobOffset() {
      return count == 0 ? -1 : blobOffsets[count - 1];
    }

    /** Whether no more chunks can be added. */
    public boolean isFull() {
      return chunks.isFull();
    }

    /** Adds a chunk after the last one. */
    public void add(int length, byte[] hash, long blobOffset) {
      if (blobOffset <= lastBlobOffset()) {
        throw new IllegalArgumentException("chunk at " + blobOffset);
      }
      chunks.add(length, hash);
      if (count == blobOffsets.length) {
        blobOffsets = Arrays.copyOf(blobOffsets, 2 * count);
      }
      blobOffsets[count] = blobOffset;
      count++;
    }

    /**
     * Ends the table.
     *
     * @param end where the chunks end in the blob, and the table begins
     */
    public ChunkTable build(Digest diskDigest, long end) {
      if (count == 0 || end <= lastBlobOffset()) {
        throw new IllegalArgumentException("table of " + count + " chunks that ends at " + end);
      }
      return new ChunkTable(this, diskDigest, end);
    }
  }
}
