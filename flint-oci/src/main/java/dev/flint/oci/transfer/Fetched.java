package dev.flint.oci.transfer;

/**
 * What it cost to get blobs that were not there.
 *
 * @param fetchedBytes bytes of blobs that the source sent, needed or not
 * @param reusedBytes bytes of those blobs that did not have to be sent, because they were kept from
 *     an earlier attempt or found elsewhere
 * @param requests for blobs or parts of them
 */
public record Fetched(long fetchedBytes, long reusedBytes, int requests) {
  /** Nothing was needed. */
  public static final Fetched NOTHING = new Fetched(0, 0, 0);

  /** Both together. */
  public Fetched plus(Fetched other) {
    return new Fetched(
        fetchedBytes + other.fetchedBytes,
        reusedBytes + other.reusedBytes,
        requests + other.requests);
  }
}
