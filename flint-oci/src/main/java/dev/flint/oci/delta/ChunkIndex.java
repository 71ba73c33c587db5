package dev.flint.oci.delta;

import dev.flint.oci.chunk.ChunkList;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** Finds the chunks of a disk by their hash. Immutable, thread-safe. */
final class ChunkIndex {
  private static final int NONE = -1;

  private final ChunkList chunks;
  private final int[] slots;

  /** Of this run only: a table is by a stranger, who may choose hashes that would all collide. */
  private final long[] keys = ThreadLocalRandom.current().longs(8).toArray();

  /** For each chunk the first one with the same hash. */
  private final int[] firsts;

  ChunkIndex(ChunkList chunks) {
    this.chunks = chunks;
    this.slots = new int[Math.max(1, Integer.highestOneBit(chunks.count())) * 4];
    this.firsts = new int[chunks.count()];
    Arrays.fill(slots, NONE);
    for (int i = 0; i < chunks.count(); i++) {
      int slot = slot(chunks.hash(i));
      if (slots[slot] == NONE) {
        slots[slot] = i;
      }
      firsts[i] = slots[slot];
    }
  }

  /** The first chunk with this hash, or -1. */
  int find(byte[] hash) {
    return slots[slot(hash)];
  }

  /** The first chunk that is equal to this one. */
  int first(int index) {
    return firsts[index];
  }

  /** Where the hash is, or would be. Half of the slots are free. */
  private int slot(byte[] hash) {
    ByteBuffer words = ByteBuffer.wrap(hash);
    long sum = 0;
    for (long key : keys) {
      sum += Integer.toUnsignedLong(words.getInt()) * key;
    }
    int slot = (int) (sum >>> 32) & (slots.length - 1);
    while (slots[slot] != NONE && !chunks.hasHash(slots[slot], hash)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}
