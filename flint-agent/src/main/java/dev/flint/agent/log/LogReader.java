package dev.flint.agent.log;

import dev.flint.agent.instance.InstanceFolder;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    NavigableSet<Integer> runs = runs();
    if (query.previous()) {
      readBefore(runs.isEmpty() ? 0 : runs.last(), query, sink);
    } else if (!runs.isEmpty()) {
      read(runs.last(), query, sink);
    }
  }

  /**
   * Reads what is there of the run before one, which need not have begun.
   *
   * @throws FlintException NOT_FOUND if there was none
   */
  public void readBefore(int run, LogQuery query, Sink sink) throws IOException {
    Integer before = runs().lower(run);
    if (before == null) {
      throw new FlintException(
          ErrorCode.NOT_FOUND, "instance " + folder.id() + " has no previous run");
    }
    read(before, query, sink);
  }

  private void read(int run, LogQuery query, Sink sink) throws IOException {
    try (LogParts parts = files.open(run, null)) {
      copy(parts, query, sink);
    }
  }

  /**
   * Reads the end of what the last run has written, whatever it has written before.
   *
   * @param bytes of each file, and of two files at most
   */
  void readEnd(long bytes, Sink sink) throws IOException {
    int run = run();
    if (run >= 0) {
      try (LogParts parts = files.open(run, null)) {
        List<LogPart> all = parts.list();
        for (LogPart part : all.subList(Math.max(0, all.size() - 2), all.size())) {
          part.copyEnd(bytes, sink);
        }
      }
    }
  }

  /**
   * Reads what is there and then what comes, also of later runs.
   *
   * @param more is asked when all was read; once it says no, what is there is still read, and so it
   *     is if the log is removed
   */
  public void follow(LogQuery query, Sink sink, More more) throws IOException {
    int run = run();
    try (LogFollow follow = new LogFollow(files, sink)) {
      if (run >= 0) {
        try (LogParts parts = files.open(run, null)) {
          copy(parts, query, sink);
          follow.goOn(run, parts);
        }
      }
      boolean goesOn = true;
      while (goesOn) {
        goesOn = more.awaitMore() && (run < 0 || Files.isDirectory(folder.logs()));
        // First, as all that a run has written is there when the next one begins.
        NavigableSet<Integer> later = runs().tailSet(run, false);
        follow.advance();
        for (int next : later) {
          run = next;
          follow.goOn(run, new LogParts());
          follow.advance();
        }
      }
    }
  }

  private static void copy(LogParts parts, LogQuery query, Sink sink) throws IOException {
    Since since = new Since(query.since());
    long skip = query.tail() < 0 ? 0 : Math.max(0, count(parts, query) - query.tail());
    for (LogPart part : parts.list()) {
      CriReader reader = part.lines();
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
    }
  }

  private static long count(LogParts parts, LogQuery query) throws IOException {
    Since since = new Since(query.since());
    long lines = 0;
    for (LogPart part : parts.list()) {
      CriReader reader = part.lines();
      while (reader.advance()) {
        lines += reader.isFull() && !since.isAfter(reader) ? 1 : 0;
      }
      part.rewind();
    }
    return lines;
  }

  private NavigableSet<Integer> runs() throws IOException {
    try {
      return files.runs();
    } catch (NoSuchFileException e) {
      // There was none yet, or they were removed.
      return new TreeSet<>();
    }
  }

  /** The last one; negative if there is none. */
  private int run() throws IOException {
    NavigableSet<Integer> runs = runs();
    return runs.isEmpty() ? -1 : runs.last();
  }
}
