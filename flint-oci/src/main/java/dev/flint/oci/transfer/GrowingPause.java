package dev.flint.oci.transfer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Waits one second, then two, four and so on up to half a minute. */
public final class GrowingPause implements Pause {
  private static final int MAX_SECONDS = 30;

  @Override
  public void before(int attempt) throws IOException {
    try {
      TimeUnit.SECONDS.sleep(Math.min(MAX_SECONDS, 1L << Math.min(attempt - 1, 8)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a link");
    }
  }
}
