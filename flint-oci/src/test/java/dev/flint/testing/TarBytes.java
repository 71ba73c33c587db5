package dev.flint.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A tar archive made byte by byte, so that it can be as wrong as a test wants it. */
public final class TarBytes {
  private static final int BLOCK = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Adds a regular file. */
  public TarBytes file(String name, byte[] content) {
    return entry('0', name, "", content);
  }

  /** Adds an entry of any type with its content, padded to a block. */
  public TarBytes entry(char type, String name, String link, byte[] content) {
    return bytes(header(type, name, link, content.length)).padded(content);
  }

  /** Adds a PAX header of keys and values for the next entry, or with type {@code g} for all. */
  public TarBytes pax(char type, String... keysAndValues) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      records.writeBytes(record(keysAndValues[i], keysAndValues[i + 1]));
    }
    return entry(type, "PaxHeaders/x", "", records.toByteArray());
  }

  /** A record starts with its own length in decimal, which that number is part of. */
  private static byte[] record(String key, String value) {
    byte[] rest = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
    int length = rest.length;
    while (Integer.toString(length).length() + rest.length != length) {
      length = Integer.toString(length).length() + rest.length;
    }
    return (length + new String(rest, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  /** Adds bytes as they are. */
  public TarBytes bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** Adds content with zeros up to the next block. */
  public TarBytes padded(byte[] content) {
    return bytes(content).bytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  /** The archive with its two end blocks. */
  public byte[] ended() {
    return bytes(new byte[2 * BLOCK]).unended();
  }

  /** The archive so far. */
  public byte[] unended() {
    return out.toByteArray();
  }

  /** One ustar header with a right checksum. */
  public static byte[] header(char type, String name, String link, long size) {
    byte[] header = new byte[BLOCK];
    put(header, 0, 100, name);
    put(header, 100, 8, "0000644");
    put(header, 108, 8, "0000000");
    put(header, 116, 8, "0000000");
    put(header, 124, 12, String.format("%011o", size));
    put(header, 136, 12, "00000000000");
    header[156] = (byte) type;
    put(header, 157, 100, link);
    put(header, 257, 8, "ustar\00000");
    return withChecksum(header);
  }

  /** The header with the checksum its bytes call for. */
  public static byte[] withChecksum(byte[] header) {
    put(header, 148, 8, "        ");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, 8, String.format("%06o\0 ", sum));
    return header;
  }

  private static void put(byte[] header, int offset, int room, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, header, offset, Math.min(bytes.length, room));
  }
}
