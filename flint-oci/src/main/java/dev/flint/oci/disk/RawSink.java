package dev.flint.oci.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** A raw disk in the making. */
final class RawSink implements GuestSink {
  private final SparseFileWriter writer;
  private final long size;

  RawSink(FileChannel target, long size) throws IOException {
    this.writer = new SparseFileWriter(target);
    this.size = size;
  }

  @Override
  public long position() {
    return writer.position();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Qcow2Geometry.requireRoom(position(), length, size);
    writer.write(bytes, offset, length);
  }

  @Override
  public void skip(long zeros) {
    Qcow2Geometry.requireRoom(position(), zeros, size);
    writer.skip(zeros);
  }

  @Override
  public void finish() throws IOException {
    writer.skip(size - position());
    writer.finish();
  }

  @Override
  public void close() {}
}
