package dev.flint.agent.log;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
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
  private final PlaceFile file;
  private final boolean leavesOut;
  private PlaceFile.Places saved;
  private String fault = "";
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
    files.make();
    files.keepFrom(run);
    this.file = new PlaceFile(folder.logs());
    this.saved = file.read();
    this.log = new CriLog(files, run);
    byte[] bytes = new byte[RawTail.MAX_LINE];
    this.out = new RawTail(folder.rawOut(), "stdout", telling, saved.out(), bytes);
    this.err = new RawTail(folder.rawErr(), "stderr", telling, saved.err(), bytes);
  }

  InstanceId id() {
    return folder.id();
  }

  /** Copies its share of what has come; says whether anything had. */
  synchronized boolean pump() throws IOException {
    boolean any = !closed && copy(false);
    fault = "";
    return any;
  }

  /** Whether more has come than its share was. */
  synchronized boolean isBehind() {
    return out.isBehind() || err.isBehind();
  }

  /** Whether it fails as it did not the last time; for who looks after it twice a second. */
  synchronized boolean isNews(String why) {
    boolean news = !fault.equals(why);
    fault = why;
    return news;
  }

  private boolean copy(boolean last) throws IOException {
    // Not one after the other in one expression, which would leave out the second.
    boolean fromOut = out.copy(log, last);
    boolean fromErr = err.copy(log, last);
    PlaceFile.Places now = new PlaceFile.Places(out.place(), err.place());
    // Not only if anything came, as the last time it may have failed.
    if (!now.equals(saved)) {
      file.write(now);
      saved = now;
      // Only now, as the next agent goes on where it says, and is not to find nothing but zeros.
      out.giveBack();
      err.giveBack();
    }
    return fromOut || fromErr;
  }

  /**
   * Shows somebody what the run writes from now on; empty if it has ended, or its log leaves values
   * out.
   */
  synchronized Optional<RunOutput> follow() throws IOException {
    if (closed || leavesOut) {
      return Optional.empty();
    }
    RawFollow first = out.follow();
    try {
      return Optional.of(new RunOutput(first, err.follow(), () -> closed));
    } catch (IOException e) {
      first.close();
      throw e;
    }
  }

  /** Copies the rest of a run that has ended, and forgets where the backend put it. */
  synchronized void finish() throws IOException {
    if (!closed) {
      while (copy(true)) {
        // What is more than its share, too: there is no later turn.
      }
      close();
      Files.deleteIfExists(folder.rawOut());
      Files.deleteIfExists(folder.rawErr());
      file.delete();
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
