package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.OutputStream;

/** A layer's blob as it is written: knows where it is, and notes where the chunks are. */
final class LayerOutput {
  private final OutputStream out;
  private final ChunkTable.Builder chunks;
  private long count;

  LayerOutput(OutputStream out, ChunkTable.Builder chunks) {
    this.out = out;
    this.chunks = chunks;
  }

  /** The number of bytes written so far. */
  long count() {
    return count;
  }

  void write(byte[] bytes) throws IOException {
    out.write(bytes);
    count += bytes.length;
  }

  /** Writes the next chunk. */
  void append(Unit unit) throws IOException {
    if (chunks.isFull()) {
      throw new FlintException(
          ErrorCode.POLICY,
          "the disk has more than " + ChunkTable.MAX_COUNT + " chunks",
          "pack a smaller disk");
    }
    chunks.add(unit.length(), unit.hash(), count);
    write(unit.bytes());
  }

  /** The table of all chunks; nothing but padding may follow them before it. */
  ChunkTable table(Digest diskDigest) {
    return chunks.build(diskDigest, count);
  }
}
