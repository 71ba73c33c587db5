package dev.flint.agent.log;

import dev.flint.agent.instance.InstanceFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Copies what the present run of an instance writes from where its backend put it into its log. How
 * far it came stands in a file, for the next agent. Thread-safe.
 */
final class LogPump implements Closeable {
  private final InstanceFolder folder;
  private final CriLog log;
  private final RawTail out;
  private final RawTail err;
  private final boolean leavesOut;
  private volatile boolean closed;

  /**
   * Begins, or goes on where a killed process has stopped.
   *
   * @param run the number of the run
   * @param telling how lines begin whose values are left out; empty for none
   */
  LogPump(InstanceFolder folder, int run, String telling) throws IOException {
    this.folder = folder;
    this.leavesOut = !telling.isEmpty();
    LogFiles files = new LogFiles(folder.logs());
    files.keepFrom(run);
    long[] positions = positions(file());
    this.log = new CriLog(files, run);
    byte[] bytes = new byte[RawTail.MAX_LINE];
    this.out = new RawTail(folder.rawOut(), "stdout", telling, positions[0], bytes);
    this.err = new RawTail(folder.rawErr(), "stderr", telling, positions[1], bytes);
  }

  private Path file() {
    return folder.logs().resolve("position");
  }

  private static long[] positions(Path file) throws IOException {
    try {
      String[] words = Files.readString(file, StandardCharsets.US_ASCII).split(" ", -1);
      return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
    } catch (NoSuchFileException | NumberFormatException e) {
      return new long[2];
    }
  }

  /** Copies what has come; says whether anything had. */
  synchronized boolean pump() throws IOException {
    return !closed && copy(false);
  }

  private boolean copy(boolean last) throws IOException {
    // Not one after the other in one expression, which would leave out the second.
    boolean fromOut = out.copy(log, last);
    boolean fromErr = err.copy(log, last);
    if (fromOut || fromErr) {
      Path next = folder.logs().resolve("position.new");
      Files.writeString(next, out.position() + " " + err.position(), StandardCharsets.US_ASCII);
      Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
      return true;
    }
    return false;
  }

  /**
   * Shows somebody what the run writes from now on; empty if it has ended, or its log leaves values
   * out.
   */
  synchronized Optional<RunOutput> follow() throws IOException {
    return closed || leavesOut
        ? Optional.empty()
        : Optional.of(new RunOutput(out.follow(), err.follow(), () -> closed));
  }

  /** Copies the rest of a run that has ended, and forgets where the backend put it. */
  synchronized void finish() throws IOException {
    if (!closed) {
      copy(true);
      close();
      Files.deleteIfExists(folder.rawOut());
      Files.deleteIfExists(folder.rawErr());
      Files.deleteIfExists(file());
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try (log;
        out;
        err) {
      // Whatever one of them says, the others are closed too.
    }
  }
}
