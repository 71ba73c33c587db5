package dev.flint.oci.delta;

import dev.flint.oci.codec.ChunkCoder;
import dev.flint.oci.codec.Decoders;
import dev.flint.oci.layer.SeekableLayer;
import dev.flint.oci.layer.UnitDecoder;
import java.util.Optional;

/** What one thread needs to handle chunks. */
final class DeltaTool implements AutoCloseable {
  private final Decoders decoders;
  private final Optional<ChunkCoder> encoder;
  private final UnitDecoder decoder;
  private final byte[] chunk;
  private final byte[] place;

  /**
   * For the chunks of a layer.
   *
   * @param decoders closed with this
   * @param encoder that makes the same units, if this machine has it
   */
  DeltaTool(SeekableLayer layer, Decoders decoders, Optional<ChunkCoder> encoder) {
    this.decoders = decoders;
    this.encoder = encoder;
    this.decoder = new UnitDecoder(layer, decoders);
    this.chunk = new byte[layer.table().maxLength()];
    this.place = new byte[layer.maxPlace()];
  }

  Decoders decoders() {
    return decoders;
  }

  Optional<ChunkCoder> encoder() {
    return encoder;
  }

  UnitDecoder decoder() {
    return decoder;
  }

  /** Room for a chunk. */
  byte[] chunk() {
    return chunk;
  }

  /** Room for a chunk's place in the blob. */
  byte[] place() {
    return place;
  }

  @Override
  public void close() {
    decoder.close();
    encoder.ifPresent(ChunkCoder::close);
  }
}
