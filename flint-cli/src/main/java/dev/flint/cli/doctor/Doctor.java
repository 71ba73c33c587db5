package dev.flint.cli.doctor;

import dev.flint.agent.backend.Finding;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.Failures;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Has things looked at side by side, each for a limited time; what is found is in their order. */
public final class Doctor {
  /** As many at a time as a small machine has cores. */
  private static final int AT_A_TIME = 2;

  private final Duration limit;

  /**
   * A doctor.
   *
   * @param limit for each thing
   */
  public Doctor(Duration limit) {
    this.limit = limit;
  }

  /** Looks at everything. */
  public List<Finding> examine(List<Checkup> checkups) throws FlintException {
    ExecutorService waiting = Executors.newFixedThreadPool(AT_A_TIME, Doctor::thread);
    // What does not come back keeps its thread, and nobody waits for that.
    ExecutorService looking = Executors.newCachedThreadPool(Doctor::thread);
    try {
      List<Future<List<Finding>>> results = new ArrayList<>();
      for (Checkup checkup : checkups) {
        results.add(waiting.submit(() -> look(checkup, looking)));
      }
      List<Finding> findings = new ArrayList<>();
      for (Future<List<Finding>> result : results) {
        findings.addAll(result.get());
      }
      return findings;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      waiting.shutdownNow();
      looking.shutdownNow();
    }
  }

  private List<Finding> look(Checkup checkup, ExecutorService threads) throws InterruptedException {
    Future<List<Finding>> findings = threads.submit(checkup::look);
    try {
      return findings.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      findings.cancel(true);
      return List.of(
          Finding.refused(
              checkup.subject(), "no answer in " + limit.toMillis() / 1000.0 + " s", ""));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return List.of(Finding.refused(checkup.subject(), known(cause)));
    }
  }

  private static FlintException known(Throwable failure) {
    return failure instanceof IOException || failure instanceof RuntimeException
        ? Failures.known(failure)
        : new FlintException(ErrorCode.INTERNAL, failure.toString(), failure);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "flint-doctor");
    thread.setDaemon(true);
    return thread;
  }
}
