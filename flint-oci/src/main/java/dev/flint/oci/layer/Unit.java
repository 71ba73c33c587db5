package dev.flint.oci.layer;

/** A chunk as it stands in the blob, a gzip member or a zstd frame. Its arrays are not changed. */
final class Unit {
  private final byte[] bytes;
  private final byte[] hash;
  private final int length;

  /**
   * A unit.
   *
   * @param hash SHA-256 of the chunk
   * @param length of the chunk, in bytes
   */
  Unit(byte[] bytes, byte[] hash, int length) {
    this.bytes = bytes;
    this.hash = hash;
    this.length = length;
  }

  byte[] bytes() {
    return bytes;
  }

  byte[] hash() {
    return hash;
  }

  int length() {
    return length;
  }
}
