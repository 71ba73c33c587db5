package dev.flint.cli.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** A distribution folder on disk: the one the build made, or a copy of it. */
record Distribution(Path folder) {
  /** The one the build made. */
  static Distribution built() {
    return new Distribution(Path.of(System.getProperty("flint.dist", "target/dist/missing")));
  }

  Path launcher() {
    return folder.resolve("bin/flint");
  }

  Path jar() {
    return folder.resolve("lib/flint.jar");
  }

  /** A copy without start-up archives, whole or being made; times and permissions kept. */
  Distribution copyTo(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> !file.toString().contains(".jsa"))
          .forEach(file -> copy(file, target.resolve(folder.relativize(file).toString())));
    }
    return new Distribution(target);
  }

  /** The start-up archives beside the jars. */
  List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("lib"))) {
      return files.filter(file -> file.toString().endsWith(".jsa")).sorted().toList();
    }
  }

  /** Gives another distribution the archives of this one. */
  void copyArchivesTo(Distribution other) throws IOException {
    for (Path archive : archives()) {
      copy(archive, other.folder().resolve("lib").resolve(archive.getFileName()));
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
