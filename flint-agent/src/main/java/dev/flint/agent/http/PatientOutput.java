package dev.flint.agent.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** What a client has to take in time. Written in one thread. */
final class PatientOutput extends FilterOutputStream {
  private final Patience.Watch watch;

  /** Guarded by this. */
  private int looks;

  /** Guarded by this. */
  private boolean writing;

  PatientOutput(OutputStream out, Patience.Watch watch, int looks) {
    super(out);
    this.watch = watch;
    this.looks = looks;
  }

  /** From now on, also if something is being written. */
  synchronized void looks(int most) {
    looks = most;
    if (writing) {
      watch.writing(most);
    }
  }

  private synchronized void writing(boolean now) {
    writing = now;
    watch.writing(now ? looks : 0);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    writing(true);
    try {
      out.write(bytes, offset, length);
    } finally {
      writing(false);
    }
  }
}
