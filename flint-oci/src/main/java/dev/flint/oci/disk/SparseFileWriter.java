package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Writes a {@link SparseFile} from its start to its end. Confined to one thread. */
public final class SparseFileWriter {
  private final SparseFile file;
  private long position;

  /** Writes to an open channel, and empties its file first. */
  public SparseFileWriter(FileChannel channel) throws IOException {
    this.file = SparseFile.empty(channel);
  }

  /** The number of bytes written so far, holes included. */
  public long position() {
    return position;
  }

  /** Appends bytes. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    file.write(position, bytes, offset, length);
    position += length;
  }

  /** Appends zeros. */
  public void skip(long zeros) {
    position += zeros;
  }

  /** Gives the file its length, also when it ends in zeros. Call it once, after the last byte. */
  public void finish() throws IOException {
    file.finish(position);
  }
}
