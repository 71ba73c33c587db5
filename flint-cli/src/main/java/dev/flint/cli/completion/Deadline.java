package dev.flint.cli.completion;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.Failures;
import dev.flint.oci.error.FlintException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A time after which an answer is worth nothing.
 *
 * @param limit of the whole, however many steps it has
 */
public record Deadline(Duration limit) {
  /**
   * What some work gives. Work that is late is interrupted and not waited for; it does not keep the
   * process.
   *
   * @throws FlintException as the work, or NETWORK if it is late
   */
  public <T> T of(Callable<T> work) throws FlintException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "flint-deadline");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new FlintException(
          ErrorCode.NETWORK, "no answer in " + limit.toMillis() / 1000.0 + " s", e);
    } catch (ExecutionException e) {
      throw Failures.known(Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted", e);
    }
  }
}
