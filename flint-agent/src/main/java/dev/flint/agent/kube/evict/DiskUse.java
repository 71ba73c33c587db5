package dev.flint.agent.kube.evict;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much of the disk folders take, by {@code du}: blocks, so that holes in files are nothing and
 * what is hard-linked counts once; links are not followed, nor file systems entered that are
 * mounted there. Who fills folders may be hostile, and {@code du} has the memory and the processor
 * for only so much: what it cannot count counts as endless.
 */
final class DiskUse implements DiskMeasure, Closeable {
  /** Half a minute of a processor is enough for millions of files, however slow the disk. */
  private static final List<String> USUAL =
      List.of(
          "/bin/sh",
          "-c",
          "ulimit -S -t 30 && ulimit -v 131072 && exec nice -n 19 du -skx -- \"$@\"",
          "du");

  private static final int UNIT = 1024;
  private static final int LONGEST_LINE = 8192;

  /** The shell's numbers for what it cannot run. */
  private static final int CANNOT_RUN = 126;

  /** SIGXCPU, as a shell has it. */
  private static final int OUT_OF_TIME = 128 + 24;

  /**
   * A folder that is moved while it is in there makes GNU's du lose its way, and all it counted.
   */
  private static final int TRIES = 3;

  /** For how many looks in a row that may happen: whoever moves folders all the time hides them. */
  private static final int LOOKS = 5;

  private final List<String> program;

  /** How often in a row folders could not be counted; confined to the thread that asks. */
  private final Map<Path, Integer> uncounted = new HashMap<>();

  /** Guarded by this. */
  private @Nullable Process running;

  /** Guarded by this. */
  private boolean closed;

  /** By the system's {@code du}. */
  DiskUse() {
    this(USUAL);
  }

  /** By a program that takes folders. */
  DiskUse(List<String> program) {
    this.program = List.copyOf(program);
  }

  @Override
  public Map<Path, Long> of(List<Path> folders) throws IOException {
    Map<String, Path> there = new LinkedHashMap<>();
    for (Path folder : folders) {
      if (isFolder(folder)) {
        there.put(folder.toString(), folder);
      }
    }
    Map<Path, Long> sizes = new HashMap<>();
    boolean again = !there.isEmpty();
    for (int i = 0; again && i < TRIES; i++) {
      Answer answer = ask(there);
      if (isClosed()) {
        return Map.of();
      }
      sizes.putAll(answer.sizes);
      there.values().removeIf(folder -> sizes.containsKey(folder) || !isFolder(folder));
      again = answer.lost && !there.isEmpty();
    }
    uncounted.keySet().removeIf(folder -> sizes.containsKey(folder) || !isFolder(folder));
    for (Path folder : there.values()) {
      if (uncounted.merge(folder, 1, Integer::sum) > LOOKS) {
        sizes.put(folder, ENDLESS);
      }
    }
    return sizes;
  }

  private static boolean isFolder(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private Answer ask(Map<String, Path> there) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(there.keySet());
    Answer answer = new Answer(there);
    int exit = run(command, answer);
    if (exit == OUT_OF_TIME || answer.exhausted) {
      answer.addEndless();
    } else if (exit != 0 && exit != 1 && !isClosed()) {
      // It says 1 of files that went meanwhile.
      throw new FlintException(
          ErrorCode.LOCAL_IO,
          "du, which says how much folders take, ended with " + exit,
          exit >= CANNOT_RUN && exit <= CANNOT_RUN + 1 ? "install coreutils" : "");
    }
    return answer;
  }

  private int run(List<String> command, Answer answer) throws IOException {
    Process process = start(command);
    if (process == null) {
      return 0;
    }
    try (Reader lines = process.inputReader()) {
      process.getOutputStream().close();
      answer.read(lines);
      return process.waitFor();
    } catch (IOException e) {
      if (isClosed()) {
        // Who ends it closes what it says, too.
        return 0;
      }
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("nobody waits for du");
    } finally {
      process.destroyForcibly();
    }
  }

  private synchronized @Nullable Process start(List<String> command) throws IOException {
    if (closed) {
      return null;
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Its words are read.
    builder.environment().put("LC_ALL", "C");
    running = builder.start();
    return running;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends it; it is not begun again, and nothing has a size any more. */
  @Override
  public synchronized void close() {
    closed = true;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  /** What it says, line by line; names in complaints are the containers' own, and may be long. */
  private static final class Answer {
    private final Map<String, Path> asked;
    private final Map<Path, Long> sizes = new HashMap<>();

    /** Whether something was left out of the folder whose sum comes next. */
    private boolean partial;

    private boolean exhausted;

    /** Whether the sum of a folder is missing, as something in it was moved. */
    private boolean lost;

    Answer(Map<String, Path> asked) {
      this.asked = asked;
    }

    void read(Reader in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n') {
          take(line.toString());
          line.setLength(0);
        } else {
          line.append((char) c);
          if (line.length() > LONGEST_LINE) {
            // Its end says why.
            line.delete(0, LONGEST_LINE / 2);
          }
        }
      }
    }

    private void take(String line) {
      int tab = line.indexOf('\t');
      Path folder = tab > 0 ? asked.get(line.substring(tab + 1)) : null;
      if (folder == null) {
        partial |= line.endsWith(": File name too long");
        exhausted |= line.endsWith("memory exhausted") || line.endsWith("out of memory");
        // GNU's du then goes on with the next folder, without a sum of this one.
        exhausted |= line.endsWith(": Cannot allocate memory");
        lost |= line.startsWith("du: fts_read failed: ");
        return;
      }
      try {
        long size = Long.parseLong(line.substring(0, tab)) * UNIT;
        sizes.merge(folder, partial ? ENDLESS : size, Math::max);
        partial = false;
      } catch (NumberFormatException e) {
        // The name of a file.
      }
    }

    /** That on which it gave up; it takes them in order. */
    private void addEndless() {
      for (Path folder : asked.values()) {
        if (sizes.putIfAbsent(folder, ENDLESS) == null) {
          return;
        }
      }
    }
  }
}
