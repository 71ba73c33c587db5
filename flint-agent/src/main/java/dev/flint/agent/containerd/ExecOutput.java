package dev.flint.agent.containerd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies what a further program writes, in a thread of its own: no faster than it is taken. */
public final class ExecOutput extends Thread {
  private static final int BUFFER = 32 * 1024;

  /** How long a pipe may be still after the program's end: what it left behind may hold it. */
  private static final int STILL_MILLIS = 2000;

  private final Opening opening;
  private final OutputStream to;
  private volatile long copied;
  private volatile boolean writing;

  /** Opens a stream of {@link ExecPipes}. */
  @FunctionalInterface
  public interface Opening {
    /** Opens it. */
    InputStream open() throws IOException;
  }

  /** From a stream; nothing is done before it is started. */
  public ExecOutput(Opening opening, OutputStream to) {
    super("flint-out");
    this.opening = opening;
    this.to = to;
    setDaemon(true);
  }

  @Override
  public void run() {
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    try (InputStream from = opening.open()) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        writing = true;
        to.write(buffer, 0, n);
        to.flush();
        total += n;
        copied = total;
        writing = false;
      }
    } catch (IOException e) {
      // Nobody takes it any more.
    }
  }

  /** Waits for the end of the stream, or for one that is still; not while our reader is slow. */
  public void finish() {
    try {
      long seen = -1;
      while (isAlive() && (writing || copied != seen)) {
        seen = copied;
        join(STILL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
