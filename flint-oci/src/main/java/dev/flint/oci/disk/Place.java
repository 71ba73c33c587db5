package dev.flint.oci.disk;

/** Where a block of the guest's disk is found in the image file. */
sealed interface Place {
  /** Nowhere: the guest reads zeros. */
  record Zero() implements Place {}

  /** As it is, from this file offset; all bytes the guest can see of it are inside the file. */
  record Stored(long offset) implements Place {}

  /** Compressed, in this range inside the file. */
  record Packed(long offset, int length, BlockCodec codec) implements Place {}

  /** The one value of its kind. */
  Place ZERO = new Zero();
}
