package dev.flint.agent.node;

/**
 * What fetching and removing images has taken since the agent began.
 *
 * @param fetches for pods, also those that failed
 * @param nanos all of them together
 * @param fetchedBytes that registries sent, also to {@code flint run}
 * @param reusedBytes of those images that did not have to be sent
 * @param removedImages to make room
 * @param freedBytes by that, about
 */
public record FetchTotals(
    long fetches,
    long failures,
    long nanos,
    long fetchedBytes,
    long reusedBytes,
    long removedImages,
    long freedBytes) {
  /** Nothing was fetched. */
  public static final FetchTotals NONE = new FetchTotals(0, 0, 0, 0, 0, 0, 0);

  FetchTotals plus(FetchTotals more) {
    return new FetchTotals(
        fetches + more.fetches,
        failures + more.failures,
        nanos + more.nanos,
        fetchedBytes + more.fetchedBytes,
        reusedBytes + more.reusedBytes,
        removedImages + more.removedImages,
        freedBytes + more.freedBytes);
  }
}
