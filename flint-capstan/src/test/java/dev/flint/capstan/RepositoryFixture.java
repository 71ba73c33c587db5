package dev.flint.capstan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/** A Capstan root in a test's folder. */
record RepositoryFixture(Path root) {

  CapstanRepository open() {
    return new CapstanRepository(root);
  }

  /** A path below {@code repository}. */
  Path at(String path) {
    return root.resolve("repository").resolve(path);
  }

  /** Writes a file below {@code repository}, with its directories. */
  Path file(String path, byte[] bytes) throws IOException {
    Path file = at(path);
    Files.createDirectories(file.resolveSibling(""));
    return Files.write(file, bytes);
  }

  /** A raw disk with a boot sector whose second sector holds a text. */
  static byte[] bootDisk(String text) {
    byte[] disk = new byte[4096];
    disk[0x1fe] = 0x55;
    disk[0x1ff] = (byte) 0xaa;
    byte[] line = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(line, 0, disk, 512, line.length);
    return disk;
  }

  /** Every path below the root with its text if it is an index, sorted. */
  List<String> tree() throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(path -> !path.equals(root))
          .map(path -> root.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  static FlintException refuses(ErrorCode code, Executable action) {
    FlintException e = assertThrows(FlintException.class, action);
    assertEquals(code, e.code(), e.getMessage());
    return e;
  }
}
