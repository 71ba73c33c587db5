package dev.flint.oci.layer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * The last 51 bytes of an eStargz layer: an empty gzip member whose extra field says where the
 * table begins.
 */
final class StargzFooter {
  static final int LENGTH = 51;

  /** Header with FEXTRA, XLEN 26, then the subfield SG of 22 bytes. */
  private static final byte[] HEAD = HexFormat.of().parseHex("1f8b08040000000000ff1a0053471600");

  /** An empty stored block, CRC and length 0. */
  private static final byte[] TAIL = HexFormat.of().parseHex("010000ffff0000000000000000");

  private static final int DIGITS = 16;
  private static final byte[] MAGIC = "STARGZ".getBytes(StandardCharsets.US_ASCII);

  private StargzFooter() {}

  static byte[] of(long tableOffset) {
    byte[] footer = new byte[LENGTH];
    byte[] digits = HexFormat.of().toHexDigits(tableOffset).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(HEAD, 0, footer, 0, HEAD.length);
    System.arraycopy(digits, 0, footer, HEAD.length, DIGITS);
    System.arraycopy(MAGIC, 0, footer, HEAD.length + DIGITS, MAGIC.length);
    System.arraycopy(TAIL, 0, footer, LENGTH - TAIL.length, TAIL.length);
    return footer;
  }

  /** The offset of the table, if this is such a footer to the last byte. */
  static OptionalLong tableOffset(byte[] footer) {
    if (footer.length != LENGTH) {
      return OptionalLong.empty();
    }
    String digits = new String(footer, HEAD.length, DIGITS, StandardCharsets.ISO_8859_1);
    if (!digits.matches("[0-7][0-9a-f]{15}")) {
      return OptionalLong.empty();
    }
    long offset = HexFormat.fromHexDigitsToLong(digits);
    return Arrays.equals(of(offset), footer) ? OptionalLong.of(offset) : OptionalLong.empty();
  }
}
