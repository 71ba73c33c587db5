package dev.flint.oci.layer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The last 48 bytes of a zstd:chunked layer: a frame to be skipped that says where the frame before
 * it, the table, has its content.
 *
 * @param offset of the content in the blob, in bytes
 * @param packed its length
 * @param unpacked the length of the table
 */
record ZstdFooter(long offset, long packed, long unpacked) {
  /** A frame to be skipped begins so: magic number and the length of its content. */
  static final int FRAME_HEAD = 8;

  private static final int CONTENT = 40;

  static final int LENGTH = FRAME_HEAD + CONTENT;

  /** The one kind of table there is. */
  static final int KIND = 1;

  private static final int SKIPPABLE = 0x184d2a50;
  private static final byte[] MAGIC = "GnUlInUx".getBytes(StandardCharsets.US_ASCII);

  /** The start of a frame to be skipped. */
  static byte[] frameHead(long length) {
    return little(FRAME_HEAD).putInt(SKIPPABLE).putInt((int) length).array();
  }

  byte[] bytes() {
    return little(LENGTH)
        .put(frameHead(CONTENT))
        .putLong(offset)
        .putLong(packed)
        .putLong(unpacked)
        .putLong(KIND)
        .put(MAGIC)
        .array();
  }

  /** Reads a footer of a blob whose table ends where it begins; empty if it is none. */
  static Optional<ZstdFooter> parse(byte[] bytes, long blobSize) {
    if (bytes.length != LENGTH) {
      return Optional.empty();
    }
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(FRAME_HEAD);
    ZstdFooter footer = new ZstdFooter(numbers.getLong(), numbers.getLong(), numbers.getLong());
    boolean follows =
        footer.offset > FRAME_HEAD
            && footer.offset < blobSize
            && footer.packed == blobSize - LENGTH - footer.offset
            && footer.packed > 0
            && footer.unpacked > 0;
    return follows && Arrays.equals(footer.bytes(), bytes) ? Optional.of(footer) : Optional.empty();
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
