package dev.flint.oci.layer;

import java.io.IOException;

/** Takes verified chunks of a disk, in any order and from several threads at once. */
@FunctionalInterface
public interface ChunkSink {
  /**
   * Takes the first bytes of a buffer, which is used again afterwards.
   *
   * @param position where they belong in the disk
   */
  void write(long position, byte[] bytes, int length) throws IOException;
}
