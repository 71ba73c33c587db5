package dev.flint.bench.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that a layer of one file was unpacked into. */
final class Unpacked {
  private Unpacked() {}

  static Path in(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .findFirst()
          .orElseThrow(() -> new IOException("nothing was unpacked into " + folder));
    }
  }
}
