package dev.flint.agent.log;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.NavigableSet;
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
   * Reads what is there and then what comes, also of later runs.
   *
   * @param more is asked when all was read; once it says no, what is there is still read
   */
  public void follow(LogQuery query, Sink sink, More more) throws IOException {
    int run = run(false);
    long position = run < 0 ? 0 : copy(run, query, sink);
    boolean goesOn = true;
    while (goesOn) {
      goesOn = more.awaitMore();
      position = advance(run, position, sink);
      int last = lastRun();
      while (run < last) {
        run++;
        position = advance(run, 0, sink);
      }
    }
  }

  /** Copies what was appended; a file that was rotated since is read to its end first. */
  private long advance(int run, long position, Sink sink) throws IOException {
    if (run < 0) {
      return 0;
    }
    try (FileChannel file = FileChannel.open(files.current(run))) {
      if (file.size() >= position) {
        return copy(file, position, sink);
      }
    } catch (NoSuchFileException e) {
      return position;
    }
    List<Path> parts = files.of(run);
    if (parts.size() > 1) {
      try (FileChannel rotated = FileChannel.open(parts.get(parts.size() - 2))) {
        copy(rotated, position, sink);
      }
    }
    return advance(run, 0, sink);
  }

  private static long copy(FileChannel file, long position, Sink sink) throws IOException {
    file.position(position);
    CriReader reader = new CriReader(file);
    for (LogLine line = reader.next(); line != null; line = reader.next()) {
      sink.accept(line);
    }
    return position + reader.consumed();
  }

  /** Copies the parts of a run; returns the length of the last one as far as it was read. */
  private long copy(int run, LogQuery query, Sink sink) throws IOException {
    long skip = query.tail() < 0 ? 0 : Math.max(0, count(run, query) - query.tail());
    long end = 0;
    for (Path part : files.of(run)) {
      try (FileChannel file = FileChannel.open(part)) {
        CriReader reader = new CriReader(file);
        for (LogLine line = reader.next(); line != null; line = reader.next()) {
          if (isBefore(line, query.since())) {
            continue;
          }
          if (skip > 0) {
            skip -= line.full() ? 1 : 0;
          } else {
            sink.accept(line);
          }
        }
        end = reader.consumed();
      }
    }
    return end;
  }

  private long count(int run, LogQuery query) throws IOException {
    long[] lines = new long[1];
    copy(run, new LogQuery(false, -1, query.since()), line -> lines[0] += line.full() ? 1 : 0);
    return lines[0];
  }

  private static boolean isBefore(LogLine line, Instant since) {
    if (since.equals(Instant.MIN)) {
      return false;
    }
    try {
      return Instant.parse(line.time()).isBefore(since);
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private int lastRun() throws IOException {
    NavigableSet<Integer> runs = runs();
    return runs.isEmpty() ? -1 : runs.last();
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
