package dev.flint.oci.delta;

import dev.flint.oci.error.IntegrityException;
import java.io.IOException;

/** Where chunks are put together, in any order and by several threads at once. */
public interface ChunkTarget {
  /** Whether the chunk is there already, verified: from an attempt before. */
  boolean holds(int index, DeltaTool tool) throws IOException;

  /** Which units of seeds would do as they are; empty if none. */
  String encoder();

  /**
   * Takes a chunk as it stands in a blob.
   *
   * @throws IntegrityException if it is not the chunk
   */
  void putPlace(int index, byte[] place, int length, DeltaTool tool) throws IOException;

  /**
   * Takes a chunk that was verified.
   *
   * @return whether it could be used
   */
  boolean putChunk(int index, byte[] chunk, DeltaTool tool) throws IOException;
}
