package dev.flint.agent.containerd;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.charset.StandardCharsets;

/**
 * Goes through the fields of a message in the wire format of protobuf (protobuf.dev, "Encoding").
 * Nothing in the bytes can make it read outside of them or take more memory than they have. Fields
 * that nobody asks for are passed over. Confined to one thread.
 *
 * <pre>{@code
 * for (int field = in.next(); field != 0; field = in.next()) {
 *   if (field == 1) {
 *     id = in.string();
 *   }
 * }
 * }</pre>
 */
final class ProtoReader {
  static final int LENGTH_DELIMITED = 2;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int type;

  /** The value of a varint field; of a length-delimited one, where it starts and its length. */
  private long number;

  private int start;
  private int length;

  ProtoReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private ProtoReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /**
   * Goes on to the next field.
   *
   * @return its number, or 0 at the end of the message
   * @throws FlintException PROTOCOL if the bytes are no message
   */
  int next() throws FlintException {
    if (at == end) {
      return 0;
    }
    long tag = varint();
    long field = tag >>> 3;
    if (field == 0 || field >= 1 << 29) {
      throw wrong("a field has the number " + field);
    }
    type = (int) tag & 7;
    switch (type) {
      case VARINT -> number = varint();
      case FIXED64 -> skip(Long.BYTES);
      case FIXED32 -> skip(Integer.BYTES);
      case LENGTH_DELIMITED -> skip(varint());
      default -> throw wrong("a field has the wire type " + type);
    }
    return (int) field;
  }

  private void skip(long count) throws FlintException {
    if (count < 0 || count > end - at) {
      throw wrong("a field is longer than the message");
    }
    start = at;
    length = (int) count;
    at += length;
  }

  private long varint() throws FlintException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw wrong("it is cut off");
      }
      byte b = bytes[at++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw wrong("a number has more than ten bytes");
  }

  /** The field just reached, as a number. */
  long number() throws FlintException {
    require(VARINT);
    return number;
  }

  /** The field just reached, as a number that other types of containerd keep in 32 bits. */
  int integer() throws FlintException {
    return (int) number();
  }

  /** The field just reached, as text. */
  String string() throws FlintException {
    require(LENGTH_DELIMITED);
    return new String(bytes, start, length, StandardCharsets.UTF_8);
  }

  /** The field just reached, as a message. */
  ProtoReader message() throws FlintException {
    require(LENGTH_DELIMITED);
    return new ProtoReader(bytes, start, start + length);
  }

  private void require(int expected) throws FlintException {
    if (type != expected) {
      throw wrong("a field has the wire type " + type + " instead of " + expected);
    }
  }

  private static FlintException wrong(String what) {
    return new FlintException(
        ErrorCode.PROTOCOL, "containerd sent what is no protobuf message: " + what);
  }
}
