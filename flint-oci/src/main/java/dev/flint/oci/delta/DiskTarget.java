package dev.flint.oci.delta;

import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.disk.SparseFile;
import java.io.IOException;
import java.nio.channels.FileChannel;

/** A disk file. What was written by an attempt before counts if it is right. */
final class DiskTarget implements ChunkTarget {
  private final ChunkTable table;
  private final FileChannel channel;
  private final SparseFile file;

  DiskTarget(ChunkTable table, FileChannel channel) throws IOException {
    this.table = table;
    this.channel = channel;
    this.file = SparseFile.keeping(channel);
  }

  @Override
  public boolean holds(int index, DeltaTool tool) throws IOException {
    return FileBytes.read(channel, table.diskOffset(index), tool.chunk(), table.length(index))
        && tool.decoder().isChunk(index, tool.chunk());
  }

  /** Gives the file its length, once all chunks are there. */
  void finish() throws IOException {
    file.finish(table.diskSize());
  }

  @Override
  public String encoder() {
    return "";
  }

  @Override
  public void putPlace(int index, byte[] place, int length, DeltaTool tool) throws IOException {
    tool.decoder().decode(index, place, length, tool.chunk());
    putChunk(index, tool.chunk(), tool);
  }

  @Override
  public boolean putChunk(int index, byte[] chunk, DeltaTool tool) throws IOException {
    file.write(table.diskOffset(index), chunk, 0, table.length(index));
    return true;
  }
}
