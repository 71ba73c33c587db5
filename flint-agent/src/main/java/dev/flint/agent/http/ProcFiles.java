package dev.flint.agent.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringTokenizer;

/**
 * What the kernel says of this host and of the agent (proc(5)).
 *
 * @param proc where it says it
 */
record ProcFiles(Path proc) {
  private static final long NANOS_PER_TICK = 10_000_000;

  /** Of {@code /proc/stat}, the fields of time in which nothing was done: idle and iowait. */
  private static final List<Integer> IDLE = List.of(3, 4);

  /** User, nice, system, idle, iowait, irq, softirq, steal; guests' are in user already. */
  private static final int COUNTED = 8;

  /** In {@code /proc/self/stat} after the name: utime and stime. */
  private static final int USER = 11;

  private String text(String file) {
    try {
      return new String(Files.readAllBytes(proc.resolve(file)), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** Processor time that all of the host has spent since it began, in nanoseconds. */
  long hostCpuNanos() {
    StringTokenizer words = new StringTokenizer(text("stat"), " \n");
    long ticks = 0;
    if (words.hasMoreTokens() && words.nextToken().equals("cpu")) {
      for (int i = 0; i < COUNTED && words.hasMoreTokens(); i++) {
        long value = number(words.nextToken());
        ticks += IDLE.contains(i) ? 0 : value;
      }
    }
    return ticks * NANOS_PER_TICK;
  }

  /** How long ago the host began, in milliseconds; to the second. */
  long uptimeMillis() {
    String text = text("uptime");
    int point = text.indexOf('.');
    return point < 0 ? 0 : number(text.substring(0, point)) * 1000;
  }

  /** Processor time of the agent in nanoseconds. */
  long ownCpuNanos() {
    String stat = text("self/stat");
    // The name before may hold anything, also blanks and parentheses.
    StringTokenizer words = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1), " ");
    long ticks = 0;
    for (int i = 0; i <= USER + 1 && words.hasMoreTokens(); i++) {
      String word = words.nextToken();
      ticks += i >= USER ? number(word) : 0;
    }
    return ticks * NANOS_PER_TICK;
  }

  /** Memory that the agent holds, in bytes, with what it shares with others. */
  long ownMemoryBytes() {
    return kibibytes(text("self/status"), "VmRSS:");
  }

  /** Files and sockets that the agent has open. */
  long ownOpenFiles() {
    long count = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(proc.resolve("self/fd"))) {
      for (Path unused : files) {
        count++;
      }
    } catch (IOException e) {
      return 0;
    }
    // One of them was this look.
    return count - 1;
  }

  /**
   * The host's memory in bytes.
   *
   * @param total all
   * @param available what programs could still have
   * @param anonymous what is no copy of a file
   */
  record Memory(long total, long available, long anonymous) {}

  Memory memory() {
    String text = text("meminfo");
    return new Memory(
        kibibytes(text, "MemTotal:"),
        kibibytes(text, "MemAvailable:"),
        kibibytes(text, "AnonPages:"));
  }

  private static long kibibytes(String text, String name) {
    int at = text.startsWith(name) ? 0 : text.indexOf("\n" + name) + 1;
    if (at == 0 && !text.startsWith(name)) {
      return 0;
    }
    StringTokenizer words = new StringTokenizer(text.substring(at + name.length()), " \t\n");
    return words.hasMoreTokens() ? number(words.nextToken()) * 1024 : 0;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
