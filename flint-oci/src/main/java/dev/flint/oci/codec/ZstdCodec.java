package dev.flint.oci.codec;

/** A zstd frame for each chunk (RFC 8878), with the length and a checksum of its content. */
record ZstdCodec(int level) implements Codec {
  static final String LIBRARY = "zstd-jni";

  private static final int MAX_LEVEL = 19;

  ZstdCodec {
    Levels.require(level, MAX_LEVEL, "zstd");
  }

  @Override
  public Compression compression() {
    return Compression.ZSTD;
  }

  @Override
  public String encoder() {
    return EncoderText.of(EncoderText.ZSTD, LIBRARY, level, this).toString();
  }

  @Override
  public ChunkCoder newCoder() {
    return new ZstdCoder(level);
  }
}
