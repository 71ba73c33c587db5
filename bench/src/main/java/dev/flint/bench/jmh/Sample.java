package dev.flint.bench.jmh;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Real bytes that every JDK has: compiled classes from its module file. */
final class Sample {
  private static final long OFFSET = 32 << 20;

  private Sample() {}

  static byte[] bytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    try (FileChannel modules =
        FileChannel.open(Path.of(System.getProperty("java.home"), "lib", "modules"))) {
      if (modules.read(ByteBuffer.wrap(bytes), OFFSET) < length) {
        throw new EOFException("the JDK's module file is too short");
      }
    }
    return bytes;
  }
}
