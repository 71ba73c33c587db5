package dev.flint.agent.containerd;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a message in the wire format of protobuf (protobuf.dev, "Encoding"). As in proto3, a field
 * with its default value is left out. Confined to one thread.
 */
final class ProtoWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A string field. */
  ProtoWriter string(int field, String value) {
    return value.isEmpty() ? this : bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A number of any integral type but the zigzag ones. */
  ProtoWriter number(int field, long value) {
    if (value != 0) {
      varint((long) field << 3);
      varint(value);
    }
    return this;
  }

  /** A field of type bool. */
  ProtoWriter flag(int field, boolean value) {
    return number(field, value ? 1 : 0);
  }

  /** A message inside this one; it is there also when it has no fields. */
  ProtoWriter message(int field, ProtoWriter value) {
    return bytes(field, value.toBytes());
  }

  /** A field of type bytes; it is there also when it is empty. */
  ProtoWriter bytes(int field, byte[] value) {
    varint(((long) field << 3) | ProtoReader.LENGTH_DELIMITED);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  /** The message. */
  byte[] toBytes() {
    return out.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
