package dev.flint.oci.chunk;

import dev.flint.oci.Digest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where in a layer's blob each chunk of the disk is: its table of contents. Chunks are in the order
 * of the disk, follow each other without gaps, and so do their places in the blob. Kept in columns,
 * as a large disk has a million of them. Immutable, thread-safe.
 */
public final class ChunkTable {
  /** The longest chunk, in bytes; no table with a longer one is used. */
  public static final int MAX_CHUNK = 4 << 20;

  /** The most chunks a table can have. */
  public static final int MAX_COUNT = 1 << 20;

  private static final int HASH = 32;

  private final String name;
  private final Digest diskDigest;
  private final int count;
  private final long[] diskOffsets;
  private final long[] blobOffsets;
  private final byte[] hashes;
  private final long end;

  private ChunkTable(Builder builder, Digest diskDigest, long end) {
    this.name = builder.name;
    this.diskDigest = diskDigest;
    this.count = builder.count;
    this.diskOffsets = Arrays.copyOf(builder.diskOffsets, count + 1);
    this.diskOffsets[count] = builder.diskSize;
    this.blobOffsets = Arrays.copyOf(builder.blobOffsets, count);
    this.hashes = Arrays.copyOf(builder.hashes, count * HASH);
    this.end = end;
  }

  /** The name of the disk in the layer. */
  public String name() {
    return name;
  }

  /** The length of the disk file, in bytes. */
  public long diskSize() {
    return diskOffsets[count];
  }

  /** The digest of the disk file, as the table says. */
  public Digest diskDigest() {
    return diskDigest;
  }

  /** The number of chunks, at least 1. */
  public int count() {
    return count;
  }

  /** Where a chunk begins in the disk, in bytes. */
  public long diskOffset(int index) {
    return diskOffsets[index];
  }

  /** The length of a chunk, in bytes. */
  public int length(int index) {
    return (int) (diskOffsets[index + 1] - diskOffsets[index]);
  }

  /** The length of the longest chunk, in bytes. */
  public int maxLength() {
    int max = 0;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, length(i));
    }
    return max;
  }

  /** Where the unit that holds a chunk begins in the blob, in bytes. */
  public long blobOffset(int index) {
    return blobOffsets[index];
  }

  /** Where the place of a chunk in the blob ends; after the last one may follow padding. */
  public long blobEnd(int index) {
    return index + 1 < count ? blobOffsets[index + 1] : end;
  }

  /** Where the table itself begins in the blob. */
  public long end() {
    return end;
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

  /** Collects chunks in their order. Confined to one thread. */
  public static final class Builder {
    private static final int FIRST = 256;

    private final String name;
    private int count;
    private long diskSize;
    private long[] diskOffsets = new long[FIRST];
    private long[] blobOffsets = new long[FIRST];
    private byte[] hashes = new byte[FIRST * HASH];

    /** For the disk of this name. */
    public Builder(String name) {
      this.name = name;
    }

    /** The sum of the lengths so far, in bytes. */
    public long diskSize() {
      return diskSize;
    }

    /** Where the last chunk begins in the blob; -1 before the first. */
    public long lastBlobOffset() {
      return count == 0 ? -1 : blobOffsets[count - 1];
    }

    /** Whether no more chunks can be added. */
    public boolean isFull() {
      return count == MAX_COUNT;
    }

    /** Adds a chunk after the last one. */
    public void add(int length, byte[] hash, long blobOffset) {
      if (length < 1 || length > MAX_CHUNK || blobOffset <= lastBlobOffset() || isFull()) {
        throw new IllegalArgumentException("chunk of " + length + " bytes at " + blobOffset);
      }
      if (count == blobOffsets.length) {
        diskOffsets = Arrays.copyOf(diskOffsets, 2 * count);
        blobOffsets = Arrays.copyOf(blobOffsets, 2 * count);
        hashes = Arrays.copyOf(hashes, 2 * count * HASH);
      }
      diskOffsets[count] = diskSize;
      blobOffsets[count] = blobOffset;
      System.arraycopy(hash, 0, hashes, count * HASH, HASH);
      count++;
      diskSize += length;
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
