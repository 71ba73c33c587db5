package dev.flint.agent.cni;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads a pipe to its end, so that nobody waits for room in it, and keeps its first part. */
final class Drain extends Thread {
  /** Whatever a plugin leaves running may keep its pipe open. */
  private static final long PATIENCE_MILLIS = 2000;

  private final InputStream in;
  private final byte[] kept;
  private int length;

  private Drain(InputStream in, int max) {
    super("cni-output");
    this.in = in;
    this.kept = new byte[max];
  }

  /** Begins to read. */
  static Drain of(InputStream in, int max) {
    Drain drain = new Drain(in, max);
    drain.setDaemon(true);
    drain.start();
    return drain;
  }

  @Override
  public void run() {
    byte[] rest = new byte[4096];
    try (in) {
      int count = 0;
      while (count >= 0) {
        synchronized (this) {
          length += count;
        }
        boolean full = length == kept.length;
        count = full ? in.read(rest) : in.read(kept, length, kept.length - length);
        count = full && count > 0 ? 0 : count;
      }
    } catch (IOException e) {
      // The process was ended.
    }
  }

  /** What was kept, once whoever writes has ended. */
  byte[] bytes() throws InterruptedException {
    join(PATIENCE_MILLIS);
    synchronized (this) {
      return Arrays.copyOf(kept, length);
    }
  }
}
