package dev.flint.oci.delta;

import dev.flint.oci.codec.Decoders;
import java.io.IOException;
import java.util.Optional;

/** Something on this machine that may hold chunks. It is not trusted: what it gives is verified. */
public interface Seed {
  /** Tells which chunks it seems to have. */
  void offer(Offers offers) throws IOException;

  /** Takes offers of chunks. */
  @FunctionalInterface
  interface Offers {
    /**
     * Takes an offer.
     *
     * @param hash SHA-256 of the chunk
     * @param place by which the seed will find it again
     * @return whether anything is still wanted
     */
    boolean take(byte[] hash, long place) throws IOException;
  }

  /**
   * The unit of a chunk it offered, where it has units.
   *
   * @param encoder that must have made the unit
   */
  default Optional<byte[]> unit(long place, String encoder) throws IOException {
    return Optional.empty();
  }

  /**
   * Reads a chunk it offered.
   *
   * @param decoders for units, where it has units
   * @param length that the chunk must have
   * @param out takes the chunk, from its start
   * @return whether there are so many bytes
   */
  boolean read(long place, Decoders decoders, byte[] out, int length) throws IOException;
}
