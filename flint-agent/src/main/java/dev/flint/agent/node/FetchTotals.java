package dev.flint.agent.node;

/**
 * What fetching images has taken since the agent began.
 *
 * @param fetches also those that failed
 * @param nanos all of them together
 * @param fetchedBytes that registries sent
 * @param reusedBytes of those images that did not have to be sent
 */
public record FetchTotals(
    long fetches, long failures, long nanos, long fetchedBytes, long reusedBytes) {
  /** Nothing was fetched. */
  public static final FetchTotals NONE = new FetchTotals(0, 0, 0, 0, 0);

  FetchTotals plus(FetchTotals more) {
    return new FetchTotals(
        fetches + more.fetches,
        failures + more.failures,
        nanos + more.nanos,
        fetchedBytes + more.fetchedBytes,
        reusedBytes + more.reusedBytes);
  }
}
