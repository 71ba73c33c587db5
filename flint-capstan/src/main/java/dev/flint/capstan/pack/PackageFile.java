package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** Small documents of packages. */
final class PackageFile {
  /** The longest document, in bytes. */
  static final int MAX_BYTES = 256 * 1024;

  private PackageFile() {}

  /**
   * Reads a file of the host; empty if there is none.
   *
   * @throws FlintException POLICY if it is no plain file or too long
   */
  static Optional<byte[]> read(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    // Opening a FIFO would wait forever, and a link may lead anywhere.
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FlintException(ErrorCode.POLICY, file + " is not a plain file");
    }
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(read(in, file.toString()));
    }
  }

  static byte[] read(InputStream in, String what) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new FlintException(ErrorCode.POLICY, what + " is longer than " + MAX_BYTES + " bytes");
    }
    return bytes;
  }

  /** One YAML document of an object; an empty file is an empty object. */
  static JsonObject yaml(byte[] bytes, String what) throws FlintException {
    List<JsonObject> documents = YamlReader.read(bytes, what);
    if (documents.size() > 1) {
      throw new FlintException(ErrorCode.PROTOCOL, what + " has more than one document");
    }
    return documents.isEmpty() ? JsonObject.empty() : documents.get(0);
  }
}
