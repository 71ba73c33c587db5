package dev.flint.oci.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits one second, then two, four and so on up to half a minute. */
public final class GrowingPause implements Pause {
  private static final int MAX_SECONDS = 30;

  @Override
  public void before(int attempt) throws IOException {
    sleep(Duration.ofSeconds(Math.min(MAX_SECONDS, 1L << Math.min(attempt - 1, 8))));
  }

  /** Waits for a time that somebody else decided on. */
  public static void sleep(Duration time) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a link");
    }
  }
}
