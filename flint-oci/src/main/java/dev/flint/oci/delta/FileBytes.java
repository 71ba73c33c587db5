package dev.flint.oci.delta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads whole pieces of a file. */
final class FileBytes {
  private FileBytes() {}

  /** Fills the start of a buffer; whether the file has so many bytes there. */
  static boolean read(FileChannel file, long position, byte[] out, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(out, 0, length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, position + buffer.position()) <= 0) {
        return false;
      }
    }
    return true;
  }

  static void write(FileChannel file, long position, byte[] bytes, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      file.write(buffer, position + buffer.position());
    }
  }
}
