package dev.flint.oci.backend;

import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** A file as its probes see it: reads that stay inside, and failures that name it. */
record FileBytes(FileChannel channel, String name, long size) {
  static FileBytes of(FileChannel channel, String name) throws IOException {
    return new FileBytes(channel, name, channel.size());
  }

  /** Reads exactly so many bytes, little-endian; {@code what} names them in the failure. */
  ByteBuffer read(long offset, int length, String what) throws IOException {
    require(offset, length, what);
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = offset; buffer.hasRemaining(); ) {
      int n = channel.read(buffer, at);
      if (n < 0) {
        throw damaged("it became shorter while it was read");
      }
      at += n;
    }
    return buffer.flip();
  }

  /** Fails unless these bytes lie within the file. */
  void require(long offset, long length, String what) throws IntegrityException {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw damaged(
          "%s (offset %s, length %s) lies outside its %d bytes"
              .formatted(what, Long.toUnsignedString(offset), Long.toUnsignedString(length), size));
    }
  }

  /** Whether the file has these bytes at this offset. */
  boolean has(long offset, int... bytes) throws IOException {
    if (offset > size - bytes.length) {
      return false;
    }
    byte[] magic = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      magic[i] = (byte) bytes[i];
    }
    return Arrays.equals(read(offset, magic.length, "signature").array(), magic);
  }

  IntegrityException damaged(String why) {
    return new IntegrityException("damaged file " + name + ": " + why);
  }
}
