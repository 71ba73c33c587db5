package dev.flint.oci.backend;

import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The numbers and names within one section of a WebAssembly binary. */
final class WasmBytes {
  private static final int MAX_NUMBER_BYTES = 5;

  private final FileBytes file;
  private final ByteBuffer bytes;

  WasmBytes(FileBytes file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  int position() {
    return bytes.position();
  }

  int oneByte() throws IntegrityException {
    try {
      return Byte.toUnsignedInt(bytes.get());
    } catch (BufferUnderflowException e) {
      throw file.damaged("a section is cut off");
    }
  }

  /** An unsigned number of 32 bits in LEB128. */
  long number() throws IntegrityException {
    long value = 0;
    for (int i = 0; i < MAX_NUMBER_BYTES; i++) {
      int next = oneByte();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next < 0x80) {
        if (value > 0xffffffffL) {
          break;
        }
        return value;
      }
    }
    throw file.damaged("a number has more than 32 bits");
  }

  /** The names of an import section: {@code vec(importname externdesc)}. */
  void imports(List<String> names) throws IOException {
    long count = number();
    for (long i = 0; i < count; i++) {
      names.add(name());
      description();
    }
  }

  /** The names of an export section: {@code vec(exportname sortidx externdesc?)}. */
  void exports(List<String> names) throws IOException {
    long count = number();
    for (long i = 0; i < count; i++) {
      names.add(name());
      if (oneByte() == 0) {
        oneByte();
      }
      number();
      if (oneByte() == 1) {
        description();
      }
    }
  }

  private String name() throws IOException {
    int kind = oneByte();
    if (kind > 1) {
      throw file.damaged("a name of the unknown kind " + kind);
    }
    long length = number();
    if (length > bytes.remaining()) {
      throw file.damaged("a name is longer than its section");
    }
    byte[] text = new byte[(int) length];
    bytes.get(text);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw file.damaged("a name is no UTF-8");
    }
  }

  /** Passes over what kind of thing a name is for. */
  private void description() throws IntegrityException {
    int kind = oneByte();
    switch (kind) {
      case 0 -> {
        if (oneByte() != 0x11) {
          throw file.damaged("a core import that is no module");
        }
        number();
      }
      case 2 -> {
        // Equal to another value, or of a type: an index either way.
        oneByte();
        number();
      }
      case 3 -> {
        if (oneByte() == 0) {
          number();
        }
      }
      case 1, 4, 5 -> number();
      default -> throw file.damaged("a name of something unknown, kind " + kind);
    }
  }
}
