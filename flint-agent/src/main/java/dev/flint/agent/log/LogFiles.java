package dev.flint.agent.log;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The log files of an instance: {@code RUN.log} is written, {@code RUN.log.1} and so on are older
 * parts of it.
 *
 * @param folder holds nothing else that ends so
 */
record LogFiles(Path folder) {
  private static final String SUFFIX = ".log";

  /** How many files of a run are kept. */
  static final int PARTS = 5;

  /** Makes the folder, if somebody took it away. */
  void make() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder);
    }
  }

  /** The file of a run that is written. */
  Path current(int run) {
    return folder.resolve(run + SUFFIX);
  }

  private Path part(int run, int age) {
    return age == 0 ? current(run) : folder.resolve(run + SUFFIX + "." + age);
  }

  /** The files of a run that are there, oldest first. */
  List<Path> of(int run) {
    List<Path> files = new ArrayList<>();
    for (int age = PARTS - 1; age >= 0; age--) {
      if (Files.isRegularFile(part(run, age))) {
        files.add(part(run, age));
      }
    }
    return files;
  }

  /**
   * Opens the files of a run that are newer than one, whatever they are called by then.
   *
   * @param than null for all
   */
  LogParts open(int run, @Nullable LogPart than) throws IOException {
    while (true) {
      Optional<Object> written = LogPart.at(current(run));
      LogParts parts = openInTurn(run, than);
      boolean still = false;
      try {
        still = LogPart.at(current(run)).equals(written);
      } finally {
        if (!still) {
          parts.close();
        }
      }
      // If they were renamed more than once meanwhile, a newer one may stand before an older one.
      if (still) {
        return parts;
      }
    }
  }

  private LogParts openInTurn(int run, @Nullable LogPart than) throws IOException {
    LogParts parts = new LogParts();
    try {
      // From new to old, as they are renamed: so none is missed, though one may be met again.
      boolean newer = true;
      for (int age = 0; newer && age < PARTS; age++) {
        newer = parts.addOlder(part(run, age), than);
      }
      return parts;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      parts.close();
      throw e;
    }
  }

  /** The numbers of the runs that have a log. */
  NavigableSet<Integer> runs() throws IOException {
    NavigableSet<Integer> runs = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX + "*")) {
      for (Path file : files) {
        // Older parts too: for a moment there may be no other.
        String name = String.valueOf(file.getFileName());
        try {
          runs.add(Integer.parseInt(name.substring(0, name.indexOf(SUFFIX))));
        } catch (NumberFormatException e) {
          // Not one of ours.
        }
      }
    }
    return runs;
  }

  /** Moves the written file aside and forgets the oldest part. */
  void rotate(int run) throws IOException {
    // Up to the first name that is free: tried again after a fault, it moves nothing twice.
    int free = 0;
    while (free < PARTS - 1 && Files.exists(part(run, free))) {
      free++;
    }
    Files.deleteIfExists(part(run, free));
    for (int age = free - 1; age >= 0; age--) {
      Files.move(part(run, age), part(run, age + 1));
    }
  }

  /** Forgets all runs but one and the one before it. */
  void keepFrom(int run) throws IOException {
    for (int old : runs().headSet(run - 1)) {
      for (Path file : of(old)) {
        Files.deleteIfExists(file);
      }
    }
  }
}
