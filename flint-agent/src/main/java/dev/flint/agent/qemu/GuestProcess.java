package dev.flint.agent.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  /** The process of an id, if it has a given argument; null if there is none or it is a zombie. */
  static @Nullable GuestProcess of(long pid, String argument) {
    String[] stat = stat(pid);
    if (stat.length == 0 || !hasArgument(pid, argument)) {
      return null;
    }
    return new GuestProcess(pid, Long.parseLong(stat[START]));
  }

  /** All processes that have a given argument. */
  static List<GuestProcess> all(String argument) throws IOException {
    List<GuestProcess> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(String.valueOf(entry.getFileName()));
        GuestProcess process = of(pid, argument);
        if (process != null) {
          found.add(process);
        }
      }
    }
    return found;
  }

  /** Whether it has not ended. A zombie has: who started it may never ask for it. */
  boolean isAlive() {
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
  void kill() {
    if (isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** Processor time in nanoseconds; 0 once it has ended. */
  long cpuNanos() {
    String[] stat = stat(pid);
    return stat.length == 0
        ? 0
        : (Long.parseLong(stat[USER_TICKS]) + Long.parseLong(stat[SYSTEM_TICKS])) * NANOS_PER_TICK;
  }

  /** Its share of the host's memory in bytes, where shared pages count in part. */
  long memoryBytes() {
    for (String line : text(pid, "smaps_rollup").split("\n", -1)) {
      if (line.startsWith("Pss:")) {
        return Long.parseLong(line.substring(4, line.length() - 2).strip()) * 1024;
      }
    }
    return 0;
  }

  /** The fields of stat from the state on; none for what is not there or a zombie. */
  private static String[] stat(long pid) {
    String text = text(pid, "stat");
    // The name before may hold anything, also blanks and parentheses.
    int name = text.lastIndexOf(") ");
    String[] fields = name < 0 ? new String[0] : text.substring(name + 2).split(" ", -1);
    boolean gone = fields.length <= START || "ZXx".contains(fields[STATE]);
    return gone ? new String[0] : fields;
  }

  private static boolean hasArgument(long pid, String argument) {
    return ("\0" + text(pid, "cmdline")).contains("\0" + argument + "\0");
  }

  private static String text(long pid, String file) {
    try {
      byte[] bytes = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve(file));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
