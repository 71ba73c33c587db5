package dev.flint.oci.codec;

import java.util.EnumMap;
import java.util.Map;

/**
 * Coders that decode, of any compression, for one thread: units of one layer are looked for in
 * others. Each coder is made when it is first asked for.
 */
public final class Decoders implements AutoCloseable {
  private final Codecs codecs;
  private final Map<Compression, ChunkCoder> made = new EnumMap<>(Compression.class);

  Decoders(Codecs codecs) {
    this.codecs = codecs;
  }

  /** Decodes units of a compression; closed with this. */
  public ChunkCoder of(Compression compression) {
    return made.computeIfAbsent(compression, codecs::decoder);
  }

  @Override
  public void close() {
    made.values().forEach(ChunkCoder::close);
  }
}
