package dev.flint.oci.codec;

import dev.flint.oci.error.IntegrityException;

/**
 * The header of a gzip member (RFC 1952, section 2.3). Ours are plain; those of others may carry an
 * extra field, a name, a comment and a checksum of the header, which are passed over.
 */
public final class GzipHeader {
  /** Of a plain header, in bytes: that of each member that a coder here makes. */
  public static final int LENGTH = 10;

  /** Bytes after the deflated content: its CRC-32 and its length. */
  public static final int TRAILER = 8;

  private static final int FHCRC = 0x02;
  private static final int FEXTRA = 0x04;
  private static final int FNAME = 0x08;
  private static final int FCOMMENT = 0x10;
  private static final int RESERVED = 0xe0;
  private static final byte DEFLATE = 8;
  private static final byte OS_UNKNOWN = (byte) 0xff;

  private GzipHeader() {}

  static void write(byte[] out) {
    byte[] header = {0x1f, (byte) 0x8b, DEFLATE, 0, 0, 0, 0, 0, 0, OS_UNKNOWN};
    System.arraycopy(header, 0, out, 0, LENGTH);
  }

  /**
   * The length of the header at the start of some bytes.
   *
   * @throws IntegrityException if there is none, or not also room for a trailer
   */
  static int length(byte[] in, int offset, int length) throws IntegrityException {
    int end = offset + length - TRAILER;
    int at = offset + LENGTH;
    requireInside(at, end);
    if (in[offset] != 0x1f || in[offset + 1] != (byte) 0x8b || in[offset + 2] != DEFLATE) {
      throw new IntegrityException("damaged gzip member: it does not start as one");
    }
    int flags = in[offset + 3];
    if ((flags & RESERVED) != 0) {
      throw new IntegrityException("damaged gzip member: unknown flags in its header");
    }
    if ((flags & FEXTRA) != 0) {
      requireInside(at + 2, end);
      at += 2 + (in[at] & 0xff) + ((in[at + 1] & 0xff) << 8);
    }
    if ((flags & FNAME) != 0) {
      at = afterText(in, at, end);
    }
    if ((flags & FCOMMENT) != 0) {
      at = afterText(in, at, end);
    }
    if ((flags & FHCRC) != 0) {
      at += 2;
    }
    requireInside(at, end);
    return at - offset;
  }

  private static int afterText(byte[] in, int start, int end) throws IntegrityException {
    int at = start;
    while (at < end && in[at] != 0) {
      at++;
    }
    requireInside(at + 1, end);
    return at + 1;
  }

  private static void requireInside(int at, int end) throws IntegrityException {
    if (at > end) {
      throw new IntegrityException("damaged gzip member: it is cut short");
    }
  }
}
