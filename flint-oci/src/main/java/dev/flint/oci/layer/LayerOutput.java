package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A layer's blob as it is written: knows where it is, and notes where the chunks are. Closing it
 * does nothing.
 */
final class LayerOutput extends OutputStream {
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

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    count++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    count += length;
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
