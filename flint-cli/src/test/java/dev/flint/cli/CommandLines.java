package dev.flint.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The words that the processes of this machine were started with, as everybody can read them. */
final class CommandLines {
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /** Adds what runs now. */
  void look() {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        seen.add(read(process.resolve("cmdline")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).replace('\0', ' ');
    } catch (IOException e) {
      // It has ended meanwhile.
      return "";
    }
  }

  /** All of them, with spaces between the words. */
  @Override
  public String toString() {
    return String.join("\n", seen) + "\n";
  }
}
