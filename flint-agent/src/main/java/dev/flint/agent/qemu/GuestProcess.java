package dev.flint.agent.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process of this host that somebody may have started long ago, by what /proc says (proc(5)).
 *
 * @param started field 22 of its stat: a number that a later process of the same id has not
 */
record GuestProcess(long pid, long started) {
  private static final Path PROC = Path.of("/proc");
  private static final int STATE = 0;
  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;
  private static final int START = 19;

  /** Ticks of /proc are hundredths of a second on every machine that Linux has here. */
  private static final long NANOS_PER_TICK = 10_000_000;

  /**
   * The process of an id, if it has a mark; null if there is none or it is a zombie. One in a
   * container is none, whatever it shows: no agent starts one there.
   *
   * @throws IOException if /proc does not tell, so that there may be one
   */
  static @Nullable GuestProcess of(long pid, Mark mark) throws IOException {
    GuestProcess process = child(pid);
    // Its arguments last: to read those of a container may take as long as the container wants.
    return process != null
            && depth(Long.toString(pid)) == depth("self")
            && shows(pid, mark)
            && process.isThere()
        ? process
        : null;
  }

  /**
   * A process that this one has started just now; null if it has ended. It is not asked for a mark:
   * while a process becomes another program, it shows none.
   */
  static @Nullable GuestProcess child(long pid) throws IOException {
    String[] stat = stat(pid);
    return stat.length == 0 ? null : new GuestProcess(pid, Long.parseLong(stat[START]));
  }

  /** The id that a process has written to a file; 0 if there is none, or it is being written. */
  static long written(Path file) throws IOException {
    try {
      return Long.parseLong(read(file).strip());
    } catch (NoSuchFileException | NumberFormatException e) {
      return 0;
    }
  }

  /**
   * All processes that have a mark.
   *
   * @throws IOException if /proc does not tell, so that there may be more
   */
  static List<GuestProcess> all(Mark mark) throws IOException {
    List<GuestProcess> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(String.valueOf(entry.getFileName()));
        try {
          GuestProcess process = of(pid, mark);
          if (process != null) {
            found.add(process);
          }
        } catch (AccessDeniedException e) {
          // It is somebody else's, on a host that hides those.
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  /**
   * Whether it has not ended. A zombie has: who started it may never ask for it. One that cannot be
   * looked at just now has not, as it might else be started once more.
   */
  boolean isAlive() {
    try {
      return isThere();
    } catch (IOException e) {
      return true;
    }
  }

  private boolean isThere() throws IOException {
    String[] stat = stat(pid);
    return stat.length > 0 && Long.parseLong(stat[START]) == started;
  }

  /** Waits until it has ended, and says whether it has. */
  boolean awaitEnd(Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (isAlive()) {
        // Nothing tells of the end of a process that is nobody's child here.
        if (System.nanoTime() > deadline || never.await(5, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !isAlive();
    }
  }

  /** Ends it as nothing can be refused. */
  void kill() throws IOException {
    // First: it knows the start of the one that is looked at then, and ends no other.
    Optional<ProcessHandle> handle = ProcessHandle.of(pid);
    if (isThere()) {
      handle.ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** Processor time in nanoseconds; 0 once it has ended. */
  long cpuNanos() throws IOException {
    String[] stat = stat(pid);
    return stat.length == 0
        ? 0
        : (Long.parseLong(stat[USER_TICKS]) + Long.parseLong(stat[SYSTEM_TICKS])) * NANOS_PER_TICK;
  }

  /** Its share of the host's memory in bytes, where shared pages count in part. */
  long memoryBytes() throws IOException {
    if (!isThere()) {
      return 0;
    }
    String size = line(Long.toString(pid), "smaps_rollup", "Pss:");
    return size.isEmpty() ? 0 : Long.parseLong(size.substring(0, size.length() - 2).strip()) * 1024;
  }

  /** The fields of stat from the state on; none for what is not there or a zombie. */
  private static String[] stat(long pid) throws IOException {
    String text = text(Long.toString(pid), "stat");
    // The name before may hold anything, also blanks and parentheses.
    int name = text.lastIndexOf(") ");
    String[] fields = name < 0 ? new String[0] : text.substring(name + 2).split(" ", -1);
    boolean gone = fields.length <= START || "ZXx".contains(fields[STATE]);
    return gone ? new String[0] : fields;
  }

  private static boolean shows(long pid, Mark mark) throws IOException {
    return look(
        Long.toString(pid),
        "cmdline",
        false,
        path -> {
          try (InputStream arguments = Files.newInputStream(path)) {
            return mark.isIn(arguments);
          }
        });
  }

  /**
   * In how many namespaces of processes it has an id (proc(5), NSpid): every process that the
   * agent's own /proc shows is in the agent's, or further down.
   */
  private static int depth(String process) throws IOException {
    return line(process, "status", "NSpid:").split("\t", -1).length;
  }

  /** What comes after a name in a file of lines; empty if it does not. */
  private static String line(String process, String file, String name) throws IOException {
    for (String line : text(process, file).split("\n", -1)) {
      if (line.startsWith(name)) {
        return line.substring(name.length()).strip();
      }
    }
    return "";
  }

  private static String text(String process, String file) throws IOException {
    return look(process, file, "", GuestProcess::read);
  }

  /** Reads what it wants to know of a file. */
  @FunctionalInterface
  private interface Look<T> {
    T at(Path path) throws IOException;
  }

  /**
   * What is to be known of a file, or what it means that the process is not there. Nothing but a
   * missing file says that: who has no descriptor left, for example, knows nothing.
   */
  private static <T> T look(String process, String file, T gone, Look<T> look) throws IOException {
    Path path = PROC.resolve(process).resolve(file);
    try {
      return look.at(path);
    } catch (NoSuchFileException e) {
      return gone;
    } catch (IOException e) {
      return lookOnceMore(path, gone, look);
    }
  }

  /** If it ended as it was read, its files are gone now. */
  private static <T> T lookOnceMore(Path path, T gone, Look<T> look) throws IOException {
    try {
      return look.at(path);
    } catch (NoSuchFileException e) {
      return gone;
    }
  }

  private static String read(Path path) throws IOException {
    return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
  }
}
