package dev.flint.registry;

import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.TokenServerBusyException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** What is left of the patience with one blob or document. Confined to one thread. */
final class RetryBudget {
  private final RetryPolicy policy;
  private final Waiting waiting;
  private final DoubleSupplier random;
  private final Clock clock;
  private final Consumer<RetryNote> listener;
  private final String what;
  private final Map<Fault, Integer> failures = new EnumMap<>(Fault.class);
  private int all;
  private Duration waited = Duration.ZERO;

  RetryBudget(
      RetryPolicy policy,
      Waiting waiting,
      DoubleSupplier random,
      Clock clock,
      Consumer<RetryNote> listener,
      String what) {
    this.policy = policy;
    this.waiting = waiting;
    this.random = random;
    this.clock = clock;
    this.listener = listener;
    this.what = what;
  }

  /** Something arrived: patience begins anew. */
  void progressed() {
    failures.clear();
    all = 0;
    waited = Duration.ZERO;
  }

  /**
   * What to do after a failure; the time to wait before it has passed.
   *
   * @throws IOException the failure itself, if nothing is to be done or patience is at its end
   */
  Recovery after(RequestKind kind, IOException e) throws IOException {
    Fault fault = Fault.of(e);
    RetryMatrix.Row row = RetryMatrix.row(fault, kind);
    int count = failures.merge(fault, 1, Integer::sum);
    all++;
    boolean spent = count > row.times() || all >= policy.attempts();
    if (spent || Thread.currentThread().isInterrupted()) {
      throw e;
    }
    Duration wait = wait(fault, count, e);
    waited = waited.plus(wait);
    if (waited.compareTo(policy.total()) > 0) {
      throw e;
    }
    listener.accept(new RetryNote(what, Objects.requireNonNullElse(e.getMessage(), ""), wait));
    waiting.pass(wait);
    return row.recovery();
  }

  private Duration wait(Fault fault, int count, IOException e) throws FlintException {
    Optional<Duration> asked = retryAfter(e).flatMap(text -> RetryAfter.parse(text, clock));
    if (fault == Fault.BUSY && asked.isPresent()) {
      return asked(asked.get(), e);
    }
    return switch (fault) {
      case UNREACHABLE, BUSY, OUT_OF_STEP -> part(policy.waitAfter(count));
      // One cut says nothing about the next connection.
      case LOST -> count == 1 ? Duration.ZERO : part(policy.waitAfter(count - 1));
      default -> Duration.ZERO;
    };
  }

  private static Optional<String> retryAfter(IOException e) {
    if (e instanceof TokenServerBusyException server) {
      return server.retryAfter();
    }
    return e instanceof RegistryException refusal ? refusal.retryAfter() : Optional.empty();
  }

  /** What the server asked for, and a little more, as it asked others for the same. */
  private Duration asked(Duration time, IOException e) throws FlintException {
    if (time.compareTo(policy.total()) > 0 && e instanceof FlintException refusal) {
      throw new FlintException(
          refusal.code(),
          e.getMessage()
              + " and wants us to wait "
              + time.toSeconds()
              + " s, longer than the "
              + policy.total().toSeconds()
              + " s that Flint waits",
          "try again when that time is over",
          e);
    }
    Duration longest = policy.longestAsked();
    return (time.compareTo(longest) < 0 ? time : longest).plus(part(policy.firstWait()));
  }

  private Duration part(Duration longest) {
    return Duration.ofMillis((long) (longest.toMillis() * random.getAsDouble()));
  }
}
