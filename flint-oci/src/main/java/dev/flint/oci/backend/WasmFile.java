package dev.flint.oci.backend;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A WebAssembly binary: a core module (WebAssembly core specification, 5.5) or a component
 * (component-model, design/mvp/Binary.md), told apart by the layer field behind the version. Its
 * sections must fill the file exactly; only the names of a component's imports and exports are
 * read.
 *
 * @param component whether it is a component
 * @param imports names of a component's imports, in their order
 * @param exports names of a component's exports, in their order
 */
public record WasmFile(boolean component, List<String> imports, List<String> exports) {
  private static final int HEAD = 8;
  private static final int IMPORTS = 10;
  private static final int EXPORTS = 11;
  private static final int MAX_SECTIONS = 1 << 16;

  /** Of all sections with names together, in bytes. */
  private static final int MAX_NAMES = 1 << 20;

  /** Copies the lists. */
  public WasmFile {
    imports = List.copyOf(imports);
    exports = List.copyOf(exports);
  }

  static boolean isWasm(FileBytes file) throws IOException {
    return file.has(0, 0, 'a', 's', 'm');
  }

  /**
   * Reads one.
   *
   * @param name how messages call the file
   * @throws FlintException INTEGRITY if it is cut off or damaged, UNSUPPORTED if it is of a version
   *     that Flint does not know
   */
  public static WasmFile read(FileChannel channel, String name) throws IOException {
    FileBytes file = FileBytes.of(channel, name);
    ByteBuffer head = file.read(0, HEAD, "head");
    if (!isWasm(file)) {
      throw new FlintException(ErrorCode.UNSUPPORTED, name + " is no WebAssembly");
    }
    int version = Short.toUnsignedInt(head.getShort(4));
    int layer = Short.toUnsignedInt(head.getShort(6));
    if ((layer != 0 || version != 1) && layer != 1) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          name + " is WebAssembly of version " + version + ", layer " + layer + ", unknown here");
    }
    return read(file, layer == 1);
  }

  private static WasmFile read(FileBytes file, boolean component) throws IOException {
    List<String> imports = new ArrayList<>();
    List<String> exports = new ArrayList<>();
    long at = HEAD;
    long named = 0;
    for (int count = 0; at < file.size(); count++) {
      if (count == MAX_SECTIONS) {
        throw new FlintException(
            ErrorCode.POLICY, file.name() + " has more than " + MAX_SECTIONS + " sections");
      }
      int headLength = (int) Math.min(6, file.size() - at);
      WasmBytes head = new WasmBytes(file, file.read(at, headLength, "section header"));
      int id = head.oneByte();
      long length = head.number();
      long body = at + head.position();
      file.require(body, length, "section " + id);
      if (component && (id == IMPORTS || id == EXPORTS)) {
        named += length;
        if (named > MAX_NAMES) {
          throw new FlintException(
              ErrorCode.POLICY, file.name() + " names more imports and exports than 1 MiB holds");
        }
        WasmBytes bytes = new WasmBytes(file, file.read(body, (int) length, "names"));
        if (id == IMPORTS) {
          bytes.imports(imports);
        } else {
          bytes.exports(exports);
        }
      }
      at = body + length;
    }
    return new WasmFile(component, imports, exports);
  }
}
