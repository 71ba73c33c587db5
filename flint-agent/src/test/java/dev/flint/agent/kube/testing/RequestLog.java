package dev.flint.agent.kube.testing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** The last requests, in order, and sums over all. Thread-safe. */
public final class RequestLog {
  private static final int KEPT = 20_000;

  private final Deque<LoggedRequest> requests = new ArrayDeque<>();
  private long count;
  private long bytesIn;
  private long bytesOut;

  /**
   * Sums over all requests.
   *
   * @param bytesIn of bodies of requests
   * @param bytesOut of bodies of answers
   */
  public record Totals(long requests, long bytesIn, long bytesOut) {}

  synchronized void add(LoggedRequest request) {
    requests.addLast(request);
    if (requests.size() > KEPT) {
      requests.removeFirst();
    }
    count++;
    bytesIn += request.requestBytes();
  }

  synchronized void answered(LoggedRequest request, int status) {
    request.answered(status);
    notifyAll();
  }

  synchronized void sent(LoggedRequest request, long bytes) {
    request.sent(bytes);
    bytesOut += bytes;
  }

  /** The last requests, oldest first. */
  public synchronized List<LoggedRequest> all() {
    return List.copyOf(requests);
  }

  /** Those that are like this. */
  public List<LoggedRequest> all(Predicate<LoggedRequest> wanted) {
    return all().stream().filter(wanted).toList();
  }

  /** Those of a method whose path ends so. */
  public List<LoggedRequest> all(String method, String pathEnd) {
    return all(request -> request.method().equals(method) && request.path().endsWith(pathEnd));
  }

  /** Sums since the start. */
  public synchronized Totals totals() {
    return new Totals(count, bytesIn, bytesOut);
  }

  /** Forgets what was asked so far, but not the sums. */
  public synchronized void clear() {
    requests.clear();
  }

  /**
   * Waits until so many requests like this one have been answered; a watch is when it begins.
   *
   * @return the last of them
   */
  public synchronized LoggedRequest await(
      int times, Predicate<LoggedRequest> wanted, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      List<LoggedRequest> found =
          requests.stream().filter(r -> r.status() != 0).filter(wanted).toList();
      if (found.size() >= times) {
        return found.get(times - 1);
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError(
            found.size() + " of " + times + " requests came in " + atMost + "; all: " + requests);
      }
      wait(left / 1_000_000 + 1);
    }
  }
}
