package dev.flint.oci.codec;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.flint.oci.error.IntegrityException;
import java.util.Objects;

/** Gzip members by libdeflate, which works on memory outside the heap. */
final class LibDeflateCoder implements ChunkCoder {
  private final LibDeflate library;
  private final Pointer compressor;
  private final Pointer decompressor;
  private final NativeBuffer input = new NativeBuffer();
  private final NativeBuffer output = new NativeBuffer();
  private final Memory consumed = new Memory(Long.BYTES);
  private boolean closed;

  LibDeflateCoder(LibDeflate library, int level) {
    this.library = library;
    compressor = library.newCompressor(level);
    decompressor = library.newDecompressor();
  }

  @Override
  public int bound(int length) {
    requireOpen();
    return Math.toIntExact(library.bound(compressor, length));
  }

  @Override
  public int encode(byte[] in, int offset, int length, byte[] out) {
    Memory from = copied(in, offset, length);
    int room = Math.min(out.length, bound(length));
    Memory to = output.atLeast(room);
    int unit = (int) library.compress(compressor, from, length, to, room);
    if (unit == 0) {
      throw new IllegalStateException("libdeflate made more than its bound");
    }
    to.read(0, out, 0, unit);
    return unit;
  }

  @Override
  public int decode(byte[] in, int offset, int length, byte[] out, int expected)
      throws IntegrityException {
    Objects.checkFromIndexSize(0, expected, out.length);
    Memory from = copied(in, offset, length);
    Memory to = output.atLeast(expected);
    library.decompress(decompressor, from, length, to, expected, consumed);
    to.read(0, out, 0, expected);
    return (int) consumed.getLong(0);
  }

  private Memory copied(byte[] in, int offset, int length) {
    requireOpen();
    Objects.checkFromIndexSize(offset, length, in.length);
    Memory memory = input.atLeast(length);
    memory.write(0, in, offset, length);
    return memory;
  }

  /** Freed memory is beyond what Java would notice. */
  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the coder is closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      library.free(compressor, decompressor);
      input.close();
      output.close();
      consumed.close();
    }
  }
}
