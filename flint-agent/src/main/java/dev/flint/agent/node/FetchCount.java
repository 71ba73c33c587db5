package dev.flint.agent.node;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;

/** Counts what fetching and removing images takes. Thread-safe. */
public final class FetchCount {
  private FetchTotals totals = FetchTotals.NONE;

  /** What there was so far. */
  public synchronized FetchTotals totals() {
    return totals;
  }

  private synchronized void add(FetchTotals more) {
    totals = totals.plus(more);
  }

  /** A pod's image was fetched. */
  void fetched(long nanos, JsonObject document) {
    add(new FetchTotals(1, 0, nanos, 0, 0, 0, 0));
    fetched(document);
  }

  void failed(long nanos) {
    add(new FetchTotals(1, 1, nanos, 0, 0, 0, 0));
  }

  /**
   * Somebody fetched an image.
   *
   * @param document whose member {@code fetched} says what it took, if there is one: {@code
   *     fetchedBytes} and {@code reusedBytes}
   */
  public void fetched(JsonObject document) {
    JsonObject fetched;
    try {
      fetched = document.object("fetched").orElse(JsonObject.empty());
      add(
          new FetchTotals(
              0, 0, 0, bytes(fetched, "fetchedBytes"), bytes(fetched, "reusedBytes"), 0, 0));
    } catch (IOException e) {
      // Not worth failing for.
    }
  }

  private static long bytes(JsonObject fetched, String name) throws IOException {
    return Math.max(0, fetched.integer(name).orElse(0));
  }

  void removed(long images, long bytes) {
    add(new FetchTotals(0, 0, 0, 0, 0, images, bytes));
  }
}
