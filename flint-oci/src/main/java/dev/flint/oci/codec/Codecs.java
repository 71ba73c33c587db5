package dev.flint.oci.codec;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The codecs that this machine has. libdeflate and zstd are loaded when first asked for, which may
 * take 100 ms. Immutable, thread-safe.
 */
public final class Codecs {
  /** For coders that only decode; libdeflate and zlib both take the least memory there. */
  private static final int LOWEST = 1;

  /** About as many bytes as Go's tools make of a disk, in the least time. */
  private static final int USUAL_LEVEL = 2;

  private static final int USUAL_ZSTD_LEVEL = 3;

  private final GzipEngine jdk = new JdkEngine();
  private final Supplier<Optional<LibDeflate>> libdeflate;

  Codecs(Supplier<Optional<LibDeflate>> libdeflate) {
    this.libdeflate = libdeflate;
  }

  /** With libdeflate, if the system has it and lets it be loaded. */
  public static Codecs ofThisMachine() {
    return new Codecs(LibDeflate::load);
  }

  /**
   * Gzip, a member for each chunk.
   *
   * @param level 1 to 9 for the JDK's zlib, 1 to 12 for libdeflate
   * @throws IllegalArgumentException if the library that is used has no such level
   * @throws FlintException UNSUPPORTED if libdeflate is demanded but not found
   */
  public Codec gzip(DeflateChoice choice, int level) throws FlintException {
    return new GzipCodec(engine(choice), level);
  }

  /**
   * Gzip at the level that pays most (docs/decisions.md).
   *
   * @throws FlintException as {@link #gzip(DeflateChoice, int)}
   */
  public Codec gzip(DeflateChoice choice) throws FlintException {
    return gzip(choice, USUAL_LEVEL);
  }

  /**
   * Zstd, a frame for each chunk.
   *
   * @param level 1 to 19
   * @throws IllegalArgumentException for other levels
   */
  public Codec zstd(int level) {
    return new ZstdCodec(level);
  }

  /** Zstd at the level that its library takes for usual. */
  public Codec zstd() {
    return zstd(USUAL_ZSTD_LEVEL);
  }

  /** No compression. */
  public Codec plain() {
    return new PlainCodec();
  }

  /**
   * The codec that makes the same bytes as the one that wrote this text, to rebuild a layer of
   * another machine: library and level are taken from it, and the print is compared, which takes
   * some milliseconds.
   *
   * @param encoder as {@link Codec#encoder} gives it; anything else is unknown, never a failure
   */
  public Optional<Codec> byEncoder(String encoder) {
    return EncoderText.parse(encoder)
        .flatMap(this::codec)
        .filter(codec -> codec.encoder().equals(encoder));
  }

  private Optional<Codec> codec(EncoderText text) {
    try {
      return switch (text.compression() + " " + text.library()) {
        case EncoderText.GZIP + " " + JdkEngine.ID -> Optional.of(new GzipCodec(jdk, text.level()));
        case EncoderText.GZIP + " " + LibDeflate.ID ->
            libdeflate.get().map(engine -> new GzipCodec(engine, text.level()));
        case EncoderText.ZSTD + " " + ZstdCodec.LIBRARY -> Optional.of(new ZstdCodec(text.level()));
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Decodes any gzip member, by the fastest library there is. */
  public ChunkCoder gzipDecoder() {
    return best().newCoder(LOWEST);
  }

  /** Decodes any zstd frame. */
  public ChunkCoder zstdDecoder() {
    return zstd(LOWEST).newCoder();
  }

  ChunkCoder decoder(Compression compression) {
    return switch (compression) {
      case GZIP -> gzipDecoder();
      case ZSTD -> zstdDecoder();
      case NONE -> plain().newCoder();
    };
  }

  /** Decoders of all compressions, for one thread. */
  public Decoders decoders() {
    return new Decoders(this);
  }

  private GzipEngine engine(DeflateChoice choice) throws FlintException {
    return switch (choice) {
      case AUTO -> best();
      case JDK -> jdk;
      case LIBDEFLATE ->
          libdeflate
              .get()
              .orElseThrow(
                  () ->
                      new FlintException(
                          ErrorCode.UNSUPPORTED,
                          "libdeflate is to compress, but it is not found or cannot be loaded",
                          "install it (apt-get install libdeflate0) or let the JDK compress"));
    };
  }

  private GzipEngine best() {
    Optional<LibDeflate> found = libdeflate.get();
    return found.isPresent() ? found.get() : jdk;
  }
}
