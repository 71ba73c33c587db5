package dev.flint.agent.log;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;

/** Reads the log of an instance, which an agent may be writing. For one thread. */
public final class LogReader {
  private final InstanceFolder folder;
  private final LogFiles files;

  /** Of an instance. */
  public LogReader(InstanceFolder folder) {
    this.folder = folder;
    this.files = new LogFiles(folder.logs());
  }

  /** Takes lines. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next one. */
    void accept(LogLine line) throws IOException;
  }

  /** Says whether more may come; may wait a moment, to be asked less often. */
  @FunctionalInterface
  public interface More {
    /** Whether to look once more. */
    boolean awaitMore() throws IOException;
  }

  /**
   * Reads what is there.
   *
   * @throws FlintException NOT_FOUND if there was no run before the last one and it was asked for
   */
  public void read(LogQuery query, Sink sink) throws IOException {
    int run = run(query.previous());
    if (run >= 0) {
      copy(run, query, sink);
    }
  }

  /**
   * Reads the end of what the last run has written, whatever it has written before.
   *
   * @param bytes of each file, and of two files at most
   */
  void readEnd(long bytes, Sink sink) throws IOException {
    int run = run(false);
    List<Path> parts = run < 0 ? List.of() : files.of(run);
    for (Path part : parts.subList(Math.max(0, parts.size() - 2), parts.size())) {
      try (FileChannel file = FileChannel.open(part)) {
        long from = Math.max(0, file.size() - bytes);
        file.position(from);
        CriReader reader = new CriReader(file);
        // The rest of a line that began before.
        boolean more = (from == 0 || reader.skip()) && reader.advance();
        while (more) {
          sink.accept(reader.line());
          more = reader.advance();
        }
      }
    }
  }

  /**
   * Reads what is there and then what comes, also of later runs.
   *
   * @param more is asked when all was read; once it says no, what is there is still read
   */
  public void follow(LogQuery query, Sink sink, More more) throws IOException {
    int run = run(false);
    Place place = run < 0 ? Place.NOWHERE : copy(run, query, sink);
    boolean goesOn = true;
    while (goesOn) {
      goesOn = more.awaitMore();
      place = run < 0 ? place : advance(run, place, sink);
      for (int later : runs().tailSet(run, false)) {
        run = later;
        place = advance(run, Place.NOWHERE, sink);
      }
    }
  }

  /**
   * How far a reader is.
   *
   * @param file its key, as its name changes
   * @param position of the first byte that was not read
   */
  private record Place(Object file, long position) {
    static final Place NOWHERE = new Place("", 0);
  }

  /** Copies the rest of the file that was read last, and those that were begun since. */
  private Place advance(int run, Place place, Sink sink) throws IOException {
    List<Path> parts = files.of(run);
    int first = 0;
    for (int i = 0; i < parts.size(); i++) {
      first = key(parts.get(i)).equals(place.file()) ? i : first;
    }
    Place last = place;
    for (Path part : parts.subList(first, parts.size())) {
      try (FileChannel file = FileChannel.open(part)) {
        Object key = key(part);
        long from = key.equals(place.file()) ? place.position() : 0;
        last = new Place(key, copy(file, from, sink));
      }
    }
    return last;
  }

  private static Object key(Path file) throws IOException {
    return Objects.requireNonNullElse(
        Files.readAttributes(file, BasicFileAttributes.class).fileKey(), file);
  }

  private static long copy(FileChannel file, long position, Sink sink) throws IOException {
    file.position(position);
    CriReader reader = new CriReader(file);
    while (reader.advance()) {
      sink.accept(reader.line());
    }
    return position + reader.consumed();
  }

  /** Copies the parts of a run; says how far that was. */
  private Place copy(int run, LogQuery query, Sink sink) throws IOException {
    Since since = new Since(query.since());
    long skip = query.tail() < 0 ? 0 : Math.max(0, count(run, query) - query.tail());
    Place last = Place.NOWHERE;
    for (Path part : files.of(run)) {
      try (FileChannel file = FileChannel.open(part)) {
        CriReader reader = new CriReader(file);
        while (reader.advance()) {
          if (since.isAfter(reader)) {
            continue;
          }
          if (skip > 0) {
            skip -= reader.isFull() ? 1 : 0;
          } else {
            sink.accept(reader.line());
          }
        }
        last = new Place(key(part), reader.consumed());
      }
    }
    return last;
  }

  private long count(int run, LogQuery query) throws IOException {
    Since since = new Since(query.since());
    long lines = 0;
    for (Path part : files.of(run)) {
      try (FileChannel file = FileChannel.open(part)) {
        CriReader reader = new CriReader(file);
        while (reader.advance()) {
          lines += reader.isFull() && !since.isAfter(reader) ? 1 : 0;
        }
      }
    }
    return lines;
  }

  private NavigableSet<Integer> runs() throws IOException {
    return Files.isDirectory(folder.logs()) ? files.runs() : new TreeSet<>();
  }

  private int run(boolean previous) throws IOException {
    NavigableSet<Integer> runs = runs();
    if (!previous) {
      return runs.isEmpty() ? -1 : runs.last();
    }
    if (runs.size() < 2) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "instance " + folder.id() + " has no previous run");
    }
    return runs.headSet(runs.last()).last();
  }
}
