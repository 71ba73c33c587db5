package dev.flint.oci.codec;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.foreign.ForeignLibrary;
import java.util.List;
import java.util.Optional;

/**
 * libdeflate, at least twice as fast as zlib, where the system has it. Its functions, as
 * libdeflate.h of version 1.8 and later declares them, each call at about half a microsecond.
 */
final class LibDeflate implements GzipEngine {
  static final String ID = "libdeflate";

  private static final List<String> NAMES =
      List.of("libdeflate.so.0", "libdeflate.so", "libdeflate.0.dylib", "deflate");

  /** Results of decompressing. */
  private static final int BAD_DATA = 1;

  private static final int SHORT_OUTPUT = 2;
  private static final int INSUFFICIENT_SPACE = 3;

  private final Function allocCompressor;
  private final Function allocDecompressor;
  private final Function freeCompressor;
  private final Function freeDecompressor;
  private final Function bound;
  private final Function compress;
  private final Function decompress;

  private LibDeflate(NativeLibrary library) {
    allocCompressor = library.getFunction("libdeflate_alloc_compressor");
    allocDecompressor = library.getFunction("libdeflate_alloc_decompressor");
    freeCompressor = library.getFunction("libdeflate_free_compressor");
    freeDecompressor = library.getFunction("libdeflate_free_decompressor");
    bound = library.getFunction("libdeflate_gzip_compress_bound");
    compress = library.getFunction("libdeflate_gzip_compress");
    decompress = library.getFunction("libdeflate_gzip_decompress_ex");
  }

  /** The library of this machine; empty if it, or JNA, cannot be used. */
  static Optional<LibDeflate> load() {
    return ForeignLibrary.bind(NAMES, LibDeflate::new);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public int maxLevel() {
    return 12;
  }

  @Override
  public ChunkCoder newCoder(int level) {
    return new LibDeflateCoder(this, level);
  }

  Pointer newCompressor(int level) {
    return allocated(allocCompressor.invokePointer(new Object[] {level}));
  }

  Pointer newDecompressor() {
    return allocated(allocDecompressor.invokePointer(new Object[0]));
  }

  private static Pointer allocated(Pointer pointer) {
    if (pointer == null) {
      throw new OutOfMemoryError("libdeflate got no memory");
    }
    return pointer;
  }

  void free(Pointer compressor, Pointer decompressor) {
    freeCompressor.invokeVoid(new Object[] {compressor});
    freeDecompressor.invokeVoid(new Object[] {decompressor});
  }

  long bound(Pointer compressor, long length) {
    return bound.invokeLong(new Object[] {compressor, length});
  }

  /** Returns the length of the member, or 0 if it has no room. */
  long compress(Pointer compressor, Memory in, long length, Memory out, long room) {
    return compress.invokeLong(new Object[] {compressor, in, length, out, room});
  }

  /**
   * Unpacks the member at the start of {@code in} to exactly {@code expected} bytes.
   *
   * @param consumed eight bytes for the length of the member
   */
  void decompress(
      Pointer decompressor, Memory in, long length, Memory out, long expected, Memory consumed)
      throws IntegrityException {
    // No place for the length of the output: any other than expected is then a failure.
    int result =
        decompress.invokeInt(
            new Object[] {decompressor, in, length, out, expected, consumed, Pointer.NULL});
    switch (result) {
      case 0 -> {}
      case BAD_DATA -> throw new IntegrityException("damaged gzip member");
      case SHORT_OUTPUT -> throw wrongLength("fewer", expected);
      case INSUFFICIENT_SPACE -> throw wrongLength("more", expected);
      default -> throw new IllegalStateException("libdeflate answers " + result);
    }
  }

  private static IntegrityException wrongLength(String moreOrFewer, long expected) {
    return new IntegrityException(
        "damaged gzip member: it has %s than %d bytes".formatted(moreOrFewer, expected));
  }
}
