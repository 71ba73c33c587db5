package dev.flint.oci.progress;

/**
 * What of an item did not have to be moved, as it was here already.
 *
 * @param bytes of the item
 * @param chunks of the item, if it has chunks
 * @param totalChunks how many it has, or 0
 */
public record Reuse(long bytes, int chunks, int totalChunks) {
  /** Nothing was here. */
  public static final Reuse NOTHING = new Reuse(0, 0, 0);

  /** Bytes that an earlier attempt left. */
  public static Reuse ofBytes(long bytes) {
    return new Reuse(bytes, 0, 0);
  }
}
