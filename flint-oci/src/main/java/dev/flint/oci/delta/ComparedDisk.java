package dev.flint.oci.delta;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkList;
import java.io.Closeable;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;

/** A disk that can be compared with another, in a file or in an image. */
public interface ComparedDisk extends Closeable {
  /** Its chunks. */
  ChunkList chunks();

  /** The layer that carries it, if it is in an image. */
  Optional<Digest> layer();

  /** What it takes to get the disk to a device that has some of its chunks. */
  Download download(BitSet there) throws IOException;
}
