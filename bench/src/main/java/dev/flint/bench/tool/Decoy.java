package dev.flint.bench.tool;

import dev.flint.bench.machine.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Makes the machine look like one without libdeflate: under its names the loader finds another
 * library first, one that every JDK has.
 */
final class Decoy {
  private Decoy() {}

  static Map<String, String> env(Path folder) throws IOException {
    Path other = Path.of(System.getProperty("java.home"), "lib", "libzip.so");
    Folders.empty(folder);
    for (String name : List.of("libdeflate.so.0", "libdeflate.so")) {
      Files.createSymbolicLink(folder.resolve(name), other);
    }
    return Map.of("LD_LIBRARY_PATH", folder.toString());
  }
}
