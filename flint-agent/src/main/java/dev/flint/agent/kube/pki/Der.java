package dev.flint.agent.kube.pki;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Writes the few elements of DER (X.690) that certificates, and requests for them, are made of. */
final class Der {
  /** Of a part that is told by its number alone, as text or bytes. */
  static final int NUMBERED = 0x80;

  /** Of a part that is told by its number, and made of elements. */
  static final int NUMBERED_PARTS = 0xa0;

  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int UTF8 = 0x0c;
  private static final int TIME = 0x17;
  private static final int LATE_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  /** The year from which on it has four digits (RFC 5280, 4.1.2.5). */
  private static final int LATE = 2050;

  private static final int CENTURY = 100;

  private Der() {}

  static byte[] sequence(byte[]... elements) {
    return element(SEQUENCE, elements);
  }

  static byte[] set(byte[]... elements) {
    return element(SET, elements);
  }

  /** An object identifier of which the first two numbers are below 3 and 40. */
  static byte[] id(int... numbers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(numbers[0] * 40 + numbers[1]);
    for (int i = 2; i < numbers.length; i++) {
      // Seven bits a byte, the high ones first; all but the last are marked.
      int shift = 28;
      while (shift > 0 && numbers[i] >> shift == 0) {
        shift -= 7;
      }
      for (; shift > 0; shift -= 7) {
        out.write(0x80 | (numbers[i] >> shift & 0x7f));
      }
      out.write(numbers[i] & 0x7f);
    }
    return element(OBJECT_ID, out.toByteArray());
  }

  static byte[] truth() {
    return element(BOOLEAN, new byte[] {(byte) 0xff});
  }

  static byte[] number(BigInteger number) {
    return element(INTEGER, number.toByteArray());
  }

  static byte[] octets(byte[] bytes) {
    return element(OCTETS, bytes);
  }

  /** To the second, from 1950 to 9999. */
  static byte[] time(Instant instant) {
    OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
    boolean late = time.getYear() >= LATE;
    StringBuilder text = new StringBuilder();
    if (late) {
      append(text, time.getYear() / CENTURY);
    }
    append(text, time.getYear() % CENTURY);
    append(text, time.getMonthValue());
    append(text, time.getDayOfMonth());
    append(text, time.getHour());
    append(text, time.getMinute());
    append(text, time.getSecond());
    byte[] bytes = text.append('Z').toString().getBytes(StandardCharsets.US_ASCII);
    return element(late ? LATE_TIME : TIME, bytes);
  }

  private static void append(StringBuilder text, int number) {
    text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  static byte[] text(String text) {
    return element(UTF8, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whole bytes as bits. */
  static byte[] bits(byte[] bytes) {
    return element(BIT_STRING, new byte[] {0}, bytes);
  }

  /** One element of a tag, of what is in it. */
  static byte[] element(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : contents) {
      content.writeBytes(part);
    }
    int length = content.size();
    if (length > 0xffff) {
      throw new IllegalArgumentException("too long: " + length + " bytes");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
