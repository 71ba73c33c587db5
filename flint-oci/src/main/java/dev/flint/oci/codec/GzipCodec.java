package dev.flint.oci.codec;

/** A gzip member for each chunk (RFC 1952), with neither name nor time in its header. */
record GzipCodec(GzipEngine engine, int level) implements Codec {
  GzipCodec {
    Levels.require(level, engine.maxLevel(), "gzip by " + engine.id());
  }

  @Override
  public Compression compression() {
    return Compression.GZIP;
  }

  @Override
  public String encoder() {
    return EncoderText.of(EncoderText.GZIP, engine.id(), level, this).toString();
  }

  @Override
  public ChunkCoder newCoder() {
    return engine.newCoder(level);
  }
}
