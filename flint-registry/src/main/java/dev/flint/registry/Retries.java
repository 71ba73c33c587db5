package dev.flint.registry;

import dev.flint.oci.transfer.GrowingPause;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** Tries again what may be tried again ({@link RetryMatrix}), with patience. Thread-safe. */
public final class Retries {
  private final RetryPolicy policy;
  private final Waiting waiting;
  private final DoubleSupplier random;
  private final Clock clock;
  private final Consumer<RetryNote> listener;

  /**
   * With everything given.
   *
   * @param random numbers from 0 (included) to 1, which spread the attempts of many clients
   * @param clock for dates that servers send
   * @param listener is told of each attempt before it is waited for
   */
  public Retries(
      RetryPolicy policy,
      Waiting waiting,
      DoubleSupplier random,
      Clock clock,
      Consumer<RetryNote> listener) {
    this.policy = policy;
    this.waiting = waiting;
    this.random = random;
    this.clock = clock;
    this.listener = listener;
  }

  /** As programs of users do it. */
  public static Retries by(RetryPolicy policy, Consumer<RetryNote> listener) {
    return new Retries(
        policy,
        GrowingPause::sleep,
        () -> ThreadLocalRandom.current().nextDouble(),
        Clock.systemUTC(),
        listener);
  }

  /** The same with other patience. */
  Retries by(RetryPolicy other) {
    return new Retries(other, waiting, random, clock, listener);
  }

  /** Something that sends requests. */
  interface Attempt<T> {
    T run() throws IOException;
  }

  /**
   * Runs an attempt until it succeeds or fails in a way that will not change.
   *
   * @param what is done, for notes
   */
  <T> T run(RequestKind kind, String what, Attempt<T> attempt) throws IOException {
    RetryBudget budget = budget(what);
    while (true) {
      try {
        return attempt.run();
      } catch (IOException e) {
        if (budget.after(kind, e) != Recovery.RETRY) {
          throw e;
        }
      }
    }
  }

  /** A budget for one blob or document. */
  RetryBudget budget(String what) {
    return new RetryBudget(policy, waiting, random, clock, listener, what);
  }

  Waiting waiting() {
    return waiting;
  }
}
