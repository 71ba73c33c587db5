package dev.flint.cli.boottest;

import dev.flint.agent.log.LogLine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The console of a guest, in a file that grows. What a terminal would obey is left out. */
final class ConsoleFile implements Closeable {
  private static final int MAX_LINE = 16 * 1024;
  private static final int TAIL = 200;

  private final Path file;
  private final Deque<String> tail = new ArrayDeque<>();
  private final ByteBuffer line = ByteBuffer.allocate(MAX_LINE);
  private final ByteBuffer buffer = ByteBuffer.allocate(MAX_LINE);
  private @Nullable FileChannel channel;

  ConsoleFile(Path file) {
    this.file = file;
  }

  /** Tells the lines that have come since, and as much as there is of the one being written. */
  void read(Consumer<String> listener) throws IOException {
    if (channel == null) {
      if (!Files.exists(file)) {
        return;
      }
      channel = FileChannel.open(file);
    }
    while (channel.read(buffer.clear()) > 0) {
      buffer.flip();
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        if (next == '\n' || !line.hasRemaining()) {
          listener.accept(end());
        }
        if (next != '\n') {
          line.put(next);
        }
      }
    }
    if (line.position() > 0) {
      listener.accept(text());
    }
  }

  private String end() {
    String text = text();
    line.clear();
    if (tail.size() == TAIL) {
      tail.remove();
    }
    tail.add(text);
    return text;
  }

  private String text() {
    String raw = new String(line.array(), 0, line.position(), StandardCharsets.UTF_8);
    return new LogLine("", "stdout", true, raw).plainText();
  }

  /** The last lines, at most 200. */
  List<String> tail() {
    if (line.position() > 0) {
      end();
    }
    return List.copyOf(tail);
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
