package dev.flint.agent.containerd;

import dev.flint.agent.backend.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's accounts of a container (kernel.org, cgroup-v1 and cgroup-v2), read where the kernel
 * keeps them: through containerd the same numbers take a call to its shim, and are gone with it.
 */
final class Cgroup {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final long UNKNOWN = -1;

  private final boolean unified;
  private final Path memory;
  private final Path cpu;

  /**
   * The cgroup at a path.
   *
   * @param root where the cgroup file systems are mounted
   * @param path absolute, as in a runtime spec
   */
  Cgroup(Path root, String path) {
    String below = path.substring(1);
    unified = Files.exists(root.resolve("cgroup.controllers"));
    memory = unified ? root.resolve(below) : root.resolve("memory").resolve(below);
    cpu = unified ? memory : root.resolve("cpuacct").resolve(below);
  }

  /** The cgroup at a path of this system. */
  static Cgroup of(String path) {
    return new Cgroup(ROOT, path);
  }

  /** Whether the kernel has killed a process here, as there was no memory left. */
  boolean ranOutOfMemory() {
    String file = unified ? "memory.events" : "memory.oom_control";
    return field(memory.resolve(file), "oom_kill") > 0;
  }

  /** What it takes; memory without what was only read from files and can be dropped. */
  Usage usage() {
    long used = number(memory.resolve(unified ? "memory.current" : "memory.usage_in_bytes"));
    long cache =
        field(memory.resolve("memory.stat"), unified ? "inactive_file" : "total_inactive_file");
    long nanos = number(cpu.resolve("cpuacct.usage"));
    if (unified) {
      long micros = field(cpu.resolve("cpu.stat"), "usage_usec");
      nanos = micros < 0 ? UNKNOWN : micros * 1000;
    }
    long held = used < 0 ? UNKNOWN : Math.max(0, used - Math.max(0, cache));
    return new Usage(nanos, held, UNKNOWN, UNKNOWN);
  }

  private static long number(Path file) {
    try {
      return Long.parseLong(Files.readString(file, StandardCharsets.UTF_8).strip());
    } catch (IOException | NumberFormatException e) {
      return UNKNOWN;
    }
  }

  /** The number after a name in a file of lines. */
  private static long field(Path file, String name) {
    try {
      String text = "\n" + Files.readString(file, StandardCharsets.UTF_8);
      int at = text.indexOf("\n" + name + " ");
      if (at < 0) {
        return UNKNOWN;
      }
      int from = at + name.length() + 2;
      int end = text.indexOf('\n', from);
      return Long.parseLong(text.substring(from, end < 0 ? text.length() : end).strip());
    } catch (IOException | NumberFormatException e) {
      return UNKNOWN;
    }
  }
}
