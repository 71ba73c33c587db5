package dev.flint.agent.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads ends of files that others write. */
final class ErrorText {
  private static final int MAX_LINE = 300;

  private ErrorText() {}

  /** The last line that says something, or empty. */
  static String lastLine(Path file) {
    String text = tail(file, 0, 4096).strip();
    String line = text.substring(text.lastIndexOf('\n') + 1).strip();
    return line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE);
  }

  /**
   * The last part of a file.
   *
   * @param from nothing before this offset counts
   */
  static String tail(Path file, long from, int max) {
    try (FileChannel channel = FileChannel.open(file)) {
      long start = Math.max(from, channel.size() - max);
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(0, channel.size() - start));
      while (buffer.hasRemaining() && channel.read(buffer, start + buffer.position()) > 0) {
        // On to the end.
      }
      return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
