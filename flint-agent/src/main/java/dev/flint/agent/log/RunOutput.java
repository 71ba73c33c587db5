package dev.flint.agent.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * What the present run of an instance writes from now on, as it is and without the log between. For
 * one thread.
 */
public final class RunOutput implements Closeable {
  private static final int BUFFER = 32 * 1024;

  /** So many buffers of each are passed on at once, as the caller has other things to do too. */
  private static final int SHARE = 32;

  private final RawFollow out;
  private final RawFollow err;
  private final BooleanSupplier over;
  private final byte[] buffer = new byte[BUFFER];

  /** Takes it. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes the first bytes of an array.
     *
     * @param error whether they come of standard error
     */
    void write(boolean error, byte[] bytes, int length) throws IOException;
  }

  RunOutput(RawFollow out, RawFollow err, BooleanSupplier over) {
    this.out = out;
    this.err = err;
    this.over = over;
  }

  /** Whether nothing comes but what is there. */
  public boolean isOver() {
    return over.getAsBoolean();
  }

  /**
   * Passes on what has come, up to a limit.
   *
   * @return whether there may be more already
   * @throws IOException if it cannot be read, or was taken so slowly that some of it is gone
   */
  public boolean copy(Sink sink) throws IOException {
    boolean more = true;
    for (int i = 0; more && i < SHARE; i++) {
      // In turns, so that neither has to wait for the other's end.
      boolean fromOut = copy(out, false, sink);
      boolean fromErr = copy(err, true, sink);
      more = fromOut || fromErr;
    }
    return more;
  }

  private boolean copy(RawFollow from, boolean error, Sink sink) throws IOException {
    int n = from.read(buffer);
    if (n > 0) {
      sink.write(error, buffer, n);
    }
    return n > 0;
  }

  @Override
  public void close() throws IOException {
    try (out;
        err) {
      // Whatever one of them says, the other is closed too.
    }
  }
}
