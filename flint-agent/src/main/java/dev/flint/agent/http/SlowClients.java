package dev.flint.agent.http;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Cuts off clients that take nothing of their answer: the JDK's server waits for them for ever, and
 * its threads are few. Interrupting a thread that waits on a socket channel closes the connection.
 * Time is counted in looks, so that a machine that is short of breath does not cut anybody off. Its
 * thread is there only while answers are given. Thread-safe.
 */
final class SlowClients implements Closeable {
  private static final int LOOKS = 6;
  private static final int IDLE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);
  private final long lookMillis;

  /** Has a client's patience end after six looks. */
  SlowClients(Duration look) {
    this.lookMillis = look.toMillis();
    clock.setRemoveOnCancelPolicy(true);
    clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    clock.allowCoreThreadTimeOut(true);
  }

  /** Wraps the body of an answer; to be written by the current thread, and closed. */
  Answer watch(OutputStream out) {
    return new Answer(out);
  }

  /** The body of an answer. */
  final class Answer extends FilterOutputStream {
    private final Thread thread = Thread.currentThread();
    private final Future<?> looking;
    private boolean writing;
    private boolean cut;
    private int looks;

    private Answer(OutputStream out) {
      super(out);
      looking =
          clock.scheduleWithFixedDelay(this::look, lookMillis, lookMillis, TimeUnit.MILLISECONDS);
    }

    private synchronized void look() {
      looks++;
      if (writing && !cut && looks >= LOOKS) {
        cut = true;
        thread.interrupt();
      }
    }

    private synchronized void begin() {
      writing = true;
      looks = 0;
    }

    private synchronized void end() {
      writing = false;
      if (cut) {
        Thread.interrupted();
      }
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      begin();
      try {
        out.write(bytes, offset, length);
      } finally {
        end();
      }
    }

    @Override
    public void flush() throws IOException {
      begin();
      try {
        out.flush();
      } finally {
        end();
      }
    }

    /** Ends the answer as one that is whole. */
    @Override
    public void close() throws IOException {
      begin();
      try {
        out.close();
      } finally {
        end();
        release();
      }
    }

    /** Stops watching. */
    void release() {
      looking.cancel(false);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
