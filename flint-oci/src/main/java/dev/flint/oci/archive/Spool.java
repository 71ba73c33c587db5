package dev.flint.oci.archive;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.Failures;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.DecompressedLayer;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Temporary files for what cannot be read twice, or whose size must be known first. They have no
 * name once they are open, so that nothing stays, however the process ends.
 *
 * @param folder where they take their space
 * @param maxBytes the most one may become, decompressed
 */
public record Spool(Path folder, long maxBytes) {
  private static final int BUFFER = 128 * 1024;

  /** Whether a stream starts as gzip, zstd or bzip2 do. */
  static boolean isCompressed(InputStream in) throws IOException {
    byte[] magic = in.readNBytes(4);
    return starts(magic, 0x1f, 0x8b)
        || starts(magic, 0x28, 0xb5, 0x2f, 0xfd)
        || starts(magic, 0x50, 0x2a, 0x4d, 0x18)
        || starts(magic, 'B', 'Z', 'h');
  }

  private static boolean starts(byte[] bytes, int... magic) {
    byte[] wanted = new byte[magic.length];
    for (int i = 0; i < magic.length; i++) {
      wanted[i] = (byte) magic[i];
    }
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, wanted, 0, magic.length);
  }

  /**
   * Keeps the bytes of a stream, decompressed.
   *
   * @param what names the content in errors
   * @throws FlintException POLICY if there are too many, INTEGRITY if they are not what a
   *     decompressor takes
   */
  FileChannel keep(InputStream in, String what) throws IOException {
    FileChannel channel = open();
    try {
      fill(channel, in, what);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private FileChannel open() throws IOException {
    Path file = Files.createTempFile(folder, "flint-", ".spool");
    try {
      return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(file);
    }
  }

  private void fill(FileChannel channel, InputStream in, String what) throws IOException {
    Tagged source = new Tagged(in);
    byte[] buffer = new byte[BUFFER];
    long count = 0;
    InputStream plain = decompressed(source, what);
    for (int n = read(plain, buffer, source, what); n >= 0; n = read(plain, buffer, source, what)) {
      count += n;
      if (count > maxBytes) {
        throw new FlintException(
            ErrorCode.POLICY,
            what + " is larger than the limit of " + maxBytes + " bytes",
            "if you trust it, raise the limit with --max-size");
      }
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        throw Failures.writing(folder, e);
      }
    }
  }

  private static InputStream decompressed(Tagged source, String what) throws IOException {
    try {
      return DecompressedLayer.of(source);
    } catch (IOException e) {
      throw source.reason(e, what);
    }
  }

  private static int read(InputStream in, byte[] buffer, Tagged source, String what)
      throws IOException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw source.reason(e, what);
    }
  }

  /** Keeps a source that cannot be read apart from bytes that cannot be decompressed. */
  private static final class Tagged extends FilterInputStream {
    private boolean broken;

    Tagged(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      broken = true;
      int n = in.read(buffer, offset, length);
      broken = false;
      return n;
    }

    IOException reason(IOException failure, String what) {
      return broken || failure instanceof FlintException
          ? failure
          : IntegrityException.damaged(what, failure);
    }
  }
}
