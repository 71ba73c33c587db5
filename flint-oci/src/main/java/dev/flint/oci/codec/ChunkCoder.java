package dev.flint.oci.codec;

import dev.flint.oci.error.IntegrityException;

/**
 * Packs chunks into units that stand for themselves, a gzip member or a zstd frame each, and back.
 * Holds native memory until closed. Confined to one thread.
 */
public interface ChunkCoder extends AutoCloseable {
  /** The most bytes that a unit of {@code length} bytes of input can have. */
  int bound(int length);

  /**
   * Packs a chunk. Equal input gives equal output, whatever came before.
   *
   * @param out has {@link #bound} bytes of room
   * @return the length of the unit, from the start of {@code out}
   */
  int encode(byte[] in, int offset, int length, byte[] out);

  /**
   * Unpacks the unit at the start of some bytes.
   *
   * @param out takes the chunk, from its start
   * @param expected the length the chunk must have
   * @return the length of the unit; what follows it is left alone
   * @throws IntegrityException if there is no whole, undamaged unit of exactly that many bytes
   */
  int decode(byte[] in, int offset, int length, byte[] out, int expected) throws IntegrityException;

  @Override
  void close();
}
