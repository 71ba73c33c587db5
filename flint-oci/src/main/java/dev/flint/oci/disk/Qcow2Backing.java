package dev.flint.oci.disk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the header of a qcow2 file says of the file below it.
 *
 * @param name empty for no file below
 * @param format its format as QEMU calls it
 */
record Qcow2Backing(String name, String format) {
  /** No file below. */
  static final Qcow2Backing NONE = new Qcow2Backing("", "");

  /** The longest name in bytes (qcow2.txt, backing_file_size). */
  static final int MAX_NAME = 1023;

  /** Puts the format's extension after the header proper, and the name after that. */
  void writeTo(ByteBuffer header) {
    if (!name.isEmpty()) {
      byte[] path = name.getBytes(StandardCharsets.UTF_8);
      byte[] driver = format.getBytes(StandardCharsets.US_ASCII);
      int at = Qcow2Clusters.HEADER_LENGTH;
      header.putInt(at, Qcow2Extensions.BACKING_FORMAT).putInt(at + 4, driver.length);
      header.put(at + 8, driver);
      // The end of the extensions, type and length 0, is there already.
      int pathAt = at + 8 + (driver.length + 7) / 8 * 8 + 8;
      header.put(pathAt, path).putLong(8, pathAt).putInt(16, path.length);
    }
  }
}
