package dev.flint.oci.layer;

import dev.flint.oci.Digest;
import dev.flint.oci.chunk.ChunkTable;
import dev.flint.oci.codec.ChunkCoder;
import dev.flint.oci.codec.Decoders;
import dev.flint.oci.error.IntegrityException;
import java.security.MessageDigest;
import java.util.Arrays;

/** Gets chunks out of their units and verifies them by the table; for one thread. */
public final class UnitDecoder implements AutoCloseable {
  private final ChunkTable table;
  private final int zerosAfterDisk;
  private final Decoders decoders;
  private final ChunkCoder coder;
  private final MessageDigest hasher = Digest.sha256Hasher();
  private final byte[] zeros;
  private final byte[] zerosHash;

  /**
   * For the chunks of a layer.
   *
   * @param decoders closed with this
   */
  public UnitDecoder(SeekableLayer layer, Decoders decoders) {
    this.table = layer.table();
    this.zerosAfterDisk = layer.zerosAfterDisk();
    this.decoders = decoders;
    this.coder = decoders.of(layer.compression());
    this.zeros = new byte[table.maxLength()];
    this.zerosHash = hasher.digest(zeros);
  }

  /**
   * Decodes one chunk.
   *
   * @param place the bytes of the blob where the table says the chunk is
   * @param out takes the chunk, from its start
   * @throws IntegrityException if the chunk is not there, whole and undamaged
   */
  public void decode(int index, byte[] place, int placeLength, byte[] out)
      throws IntegrityException {
    int length = table.length(index);
    int end = coder.decode(place, 0, placeLength, out, length);
    int after = index + 1 < table.count() ? 0 : zerosAfterDisk;
    if (after > 0) {
      byte[] pad = new byte[after];
      end += coder.decode(place, end, placeLength - end, pad, after);
      if (!Arrays.equals(pad, new byte[after])) {
        throw new IntegrityException("the layer's disk is not padded with zeros");
      }
    }
    if (end != placeLength) {
      throw new IntegrityException(
          "the layer's chunk " + index + " takes " + end + " bytes, its table says " + placeLength);
    }
    if (!isChunk(index, out)) {
      throw new IntegrityException(
          "the layer's chunk " + index + " is not what its table says: " + table.digest(index));
    }
  }

  /** Whether a buffer begins with the bytes of a chunk. */
  public boolean isChunk(int index, byte[] bytes) {
    return table.hasHash(index, hash(bytes, table.length(index)));
  }

  /** Looking for zeros is ten times faster than hashing them. */
  private byte[] hash(byte[] bytes, int length) {
    if (length == zeros.length && Arrays.equals(bytes, 0, length, zeros, 0, length)) {
      return zerosHash;
    }
    hasher.update(bytes, 0, length);
    return hasher.digest();
  }

  @Override
  public void close() {
    decoders.close();
  }
}
