package dev.flint.agent.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Hangs up on clients that are too slow: who does not say what it wants, and who takes nothing of
 * its answer. Whoever waits for them goes on with a failure then. Time is counted in looks, so that
 * a machine that is short of breath hangs up on nobody. Its thread is there only while clients are.
 * Thread-safe.
 */
final class Patience implements Closeable {
  private static final int IDLE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);
  private final long lookMillis;

  /** Looks that often. */
  Patience(Duration look) {
    this.lookMillis = look.toMillis();
    clock.setRemoveOnCancelPolicy(true);
    clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    clock.allowCoreThreadTimeOut(true);
  }

  /** Looks after a client, without any limit yet. */
  Watch watch(Socket client) {
    return new Watch(client);
  }

  /** One client. Reading and writing may go on in two threads. */
  final class Watch implements Closeable {
    private final Socket client;
    private final Future<?> looking;
    private int reading;
    private int writing;

    private Watch(Socket client) {
      this.client = client;
      looking =
          clock.scheduleWithFixedDelay(this::look, lookMillis, lookMillis, TimeUnit.MILLISECONDS);
    }

    private synchronized void look() {
      boolean late = reading > 0 && --reading == 0;
      late |= writing > 0 && --writing == 0;
      if (late) {
        cut();
      }
    }

    /** Hangs up now. */
    void cut() {
      try {
        client.close();
      } catch (IOException e) {
        // It is closed all the same.
      }
    }

    /** Whether somebody has hung up on it. */
    boolean isCut() {
      return client.isClosed();
    }

    /** From now on so many looks for what is read; 0 for as long as it takes. */
    synchronized void reading(int looks) {
      reading = looks;
    }

    /** From now on so many looks for what is written; 0 for as long as it takes. */
    synchronized void writing(int looks) {
      writing = looks;
    }

    /** Looks no more. */
    @Override
    public void close() {
      looking.cancel(false);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
