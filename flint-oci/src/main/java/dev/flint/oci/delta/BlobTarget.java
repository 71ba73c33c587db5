package dev.flint.oci.delta;

import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.ChunkCoder;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.SeekableLayer;
import java.io.IOException;
import java.nio.channels.FileChannel;

/** The blob of the layer itself, put together byte for byte as its encoder made it. */
final class BlobTarget implements ChunkTarget {
  private final SeekableLayer layer;
  private final ChunkTable table;
  private final FileChannel channel;

  BlobTarget(SeekableLayer layer, FileChannel channel) {
    this.layer = layer;
    this.table = layer.table();
    this.channel = channel;
  }

  @Override
  public boolean holds(int index, DeltaTool tool) throws IOException {
    int length = placeLength(index);
    if (!FileBytes.read(channel, table.blobOffset(index), tool.place(), length)) {
      return false;
    }
    try {
      tool.decoder().decode(index, tool.place(), length, tool.chunk());
      return true;
    } catch (IntegrityException e) {
      return false;
    }
  }

  private int placeLength(int index) {
    return (int) (table.blobEnd(index) - table.blobOffset(index));
  }

  @Override
  public String encoder() {
    return layer.encoder();
  }

  @Override
  public void putPlace(int index, byte[] place, int length, DeltaTool tool) throws IOException {
    tool.decoder().decode(index, place, length, tool.chunk());
    FileBytes.write(channel, table.blobOffset(index), place, length);
  }

  @Override
  public boolean putChunk(int index, byte[] chunk, DeltaTool tool) throws IOException {
    if (tool.encoder().isEmpty()) {
      return false;
    }
    ChunkCoder encoder = tool.encoder().get();
    boolean last = index + 1 == table.count();
    byte[] zeros = new byte[last ? layer.zerosAfterDisk() : 0];
    byte[] unit = new byte[encoder.bound(table.length(index))];
    byte[] after = new byte[encoder.bound(zeros.length)];
    int length = encoder.encode(chunk, 0, table.length(index), unit);
    int lengthAfter = zeros.length == 0 ? 0 : encoder.encode(zeros, 0, zeros.length, after);
    if (length + lengthAfter != placeLength(index)) {
      return false;
    }
    FileBytes.write(channel, table.blobOffset(index), unit, length);
    FileBytes.write(channel, table.blobOffset(index) + length, after, lengthAfter);
    return true;
  }
}
