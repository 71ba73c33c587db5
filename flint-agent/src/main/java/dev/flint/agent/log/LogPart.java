package dev.flint.agent.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of a log that is held open: it gets other names, and goes, while it is read. For one
 * thread.
 */
final class LogPart implements Closeable {
  private final FileChannel file;
  private final Object key;
  private @Nullable CriReader lines;

  private LogPart(FileChannel file, Object key) {
    this.file = file;
    this.key = key;
  }

  /** Opens what has a name; empty if nothing has. */
  static Optional<LogPart> open(Path name) throws IOException {
    try {
      while (true) {
        Object key = key(name);
        LogPart part = new LogPart(FileChannel.open(name), key);
        // An open file does not tell what it is; it is what has the name before and after.
        if (part.isStill(name)) {
          return Optional.of(part);
        }
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Which file has a name just now; empty if none has. */
  static Optional<Object> at(Path name) throws IOException {
    try {
      return Optional.of(key(name));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private boolean isStill(Path name) throws IOException {
    boolean still = false;
    try {
      still = key(name).equals(key);
    } finally {
      if (!still) {
        close();
      }
    }
    return still;
  }

  private static Object key(Path name) throws IOException {
    return Objects.requireNonNullElse(
        Files.readAttributes(name, BasicFileAttributes.class).fileKey(), name);
  }

  /** Whether both are the same file, as an open one's key is no other's. */
  boolean isSame(LogPart other) {
    return key.equals(other.key);
  }

  /** Its lines, from where they were last read. */
  CriReader lines() {
    CriReader reader = lines;
    if (reader == null) {
      reader = new CriReader(file);
      lines = reader;
    }
    return reader;
  }

  /** Goes back to its beginning. */
  void rewind() throws IOException {
    file.position(0);
    lines = null;
  }

  /** Reads lines from where they were last read. */
  void copy(LogReader.Sink sink) throws IOException {
    CriReader reader = lines();
    while (reader.advance()) {
      sink.accept(reader.line());
    }
  }

  /** Reads the lines that begin in its last bytes. */
  void copyEnd(long bytes, LogReader.Sink sink) throws IOException {
    long from = Math.max(0, file.size() - bytes);
    file.position(from);
    // The rest of a line that began before.
    if (from == 0 || lines().skip()) {
      copy(sink);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
