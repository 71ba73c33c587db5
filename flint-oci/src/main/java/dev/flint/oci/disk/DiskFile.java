package dev.flint.oci.disk;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A disk image file as its parsers see it: reads that stay inside the file, and failures that name
 * it. The size is fixed when it is opened; a file that shrinks meanwhile counts as damaged.
 */
record DiskFile(FileChannel channel, String name, long size) implements GuestBytes {
  /** The largest guest disk accepted, 64 TiB: four times the largest file of ext4. */
  static final long MAX_VIRTUAL_SIZE = 64L << 40;

  private static final String CONVERT = "rewrite it with: qemu-img convert -O qcow2 IN OUT";

  static DiskFile of(FileChannel channel, String name) throws IOException {
    return new DiskFile(channel, name, channel.size());
  }

  /** Reads exactly {@code length} bytes, which {@code what} names in the failure. */
  ByteBuffer read(long offset, int length, String what) throws IOException {
    // Checked before the allocation, whose size may come from the file.
    requireInside(offset, length, what);
    byte[] bytes = new byte[length];
    read(offset, bytes, 0, length, what);
    return ByteBuffer.wrap(bytes);
  }

  void read(long offset, byte[] into, int start, int length, String what) throws IOException {
    requireInside(offset, length, what);
    ByteBuffer buffer = ByteBuffer.wrap(into, start, length);
    long position = offset;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, position);
      if (count < 0) {
        throw damaged("the file became shorter while it was read");
      }
      position += count;
    }
  }

  /** As the guest of a raw disk reads. */
  @Override
  public int read(long offset, byte[] into) throws IOException {
    int length = (int) Math.max(0, Math.min(into.length, size - offset));
    if (length > 0) {
      read(offset, into, 0, length, "head");
    }
    return length;
  }

  void requireInside(long offset, long length, String what) throws FlintException {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw damaged(
          "%s (offset %s, length %s) is outside the file of %d bytes"
              .formatted(what, Long.toUnsignedString(offset), Long.toUnsignedString(length), size));
    }
  }

  /** A guest size in bytes that Flint accepts. */
  void requireVirtualSize(long bytes) throws FlintException {
    if (bytes < 0 || bytes > MAX_VIRTUAL_SIZE) {
      throw refused(
          "its virtual size of %s bytes is over the limit of 64 TiB"
              .formatted(Long.toUnsignedString(bytes)));
    }
  }

  IntegrityException damaged(String why) {
    return new IntegrityException(message("damaged disk", why));
  }

  IntegrityException damaged(String why, String remedy) {
    return new IntegrityException(message("damaged disk", why), remedy);
  }

  /** Content that could make a hypervisor open another file, or is over a limit. */
  FlintException refused(String why) {
    return new FlintException(ErrorCode.POLICY, message("refused disk", why));
  }

  FlintException refused(String why, String remedy) {
    return new FlintException(ErrorCode.POLICY, message("refused disk", why), remedy);
  }

  /** Well-formed content that Flint does not carry, but does after a conversion. */
  FlintException unsupported(String why) {
    return unsupported(why, CONVERT);
  }

  FlintException unsupported(String why, String remedy) {
    return new FlintException(ErrorCode.UNSUPPORTED, message("unsupported disk", why), remedy);
  }

  private String message(String verdict, String why) {
    return verdict + " " + name + ": " + why;
  }
}
