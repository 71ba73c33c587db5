package dev.flint.agent.log;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what comes into the log of a run, each line once. It holds the file open that it reads, so
 * it may be renamed or removed. For one thread.
 */
final class LogFollow implements Closeable {
  private final LogFiles files;
  private final LogReader.Sink sink;
  private int run = -1;
  private @Nullable LogPart part;

  LogFollow(LogFiles files, LogReader.Sink sink) {
    this.files = files;
    this.sink = sink;
  }

  /** Goes on behind what was read of some files of a run. */
  void goOn(int which, LogParts read) throws IOException {
    close();
    run = which;
    part = read.takeNewest().orElse(null);
  }

  /** Reads what has come. */
  void advance() throws IOException {
    if (run < 0) {
      return;
    }
    try (LogParts newer = files.open(run, part)) {
      // Only now it is sure that all that was written before those is in it.
      if (part != null) {
        part.copy(sink);
      }
      for (LogPart next : newer.list()) {
        next.copy(sink);
      }
      if (!newer.list().isEmpty()) {
        goOn(run, newer);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (part != null) {
      part.close();
    }
  }
}
