package dev.flint.agent.kube.node;

import dev.flint.oci.Platform;
import dev.flint.oci.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringTokenizer;

/**
 * What this device says of itself. What it does not say is 0 or empty.
 *
 * @param root of its files, {@code /}
 * @param state a folder on the file system whose room pods share
 */
public record NodeHost(Path root, Path state) {
  private static final int MAX_TEXT = 256;

  /** In {@code /proc/loadavg}: how many tasks run, and of how many. */
  private static final int TASKS = 3;

  /**
   * What there is of everything, at one moment.
   *
   * @param memory in bytes
   * @param memoryAvailable in bytes, what programs could have without swapping
   * @param storage in bytes
   * @param storageUsable in bytes
   * @param maxTasks how many processes and threads there can be; 0 if nobody knows
   */
  public record Readings(
      int cpus,
      long memory,
      long memoryAvailable,
      long storage,
      long storageUsable,
      long tasks,
      long maxTasks) {}

  /** Looks. */
  public Readings read() {
    String meminfo = text("proc/meminfo");
    File folder = state.toFile();
    long tasks = tasks(text("proc/loadavg"));
    return new Readings(
        Runtime.getRuntime().availableProcessors(),
        kibibytes(meminfo, "MemTotal:"),
        kibibytes(meminfo, "MemAvailable:"),
        folder.getTotalSpace(),
        folder.getUsableSpace(),
        tasks,
        maxTasks(tasks));
  }

  /** The lower of the two limits, but for one that is below what there is: that is none. */
  private long maxTasks(long tasks) {
    long least = 0;
    for (String file : List.of("proc/sys/kernel/pid_max", "proc/sys/kernel/threads-max")) {
      long limit = number(line(file));
      if (limit > tasks && (least == 0 || limit < least)) {
        least = limit;
      }
    }
    return least;
  }

  /**
   * What a Node says of its system (core/v1 NodeSystemInfo).
   *
   * @param runtime what runs images, as {@code containerd://1.6.20}
   * @param version of this agent, as a kubelet's
   */
  JsonObject info(String runtime, String version) {
    Platform platform = Platform.host();
    return JsonObject.empty()
        .with("machineID", first("etc/machine-id", "var/lib/dbus/machine-id"))
        .with("systemUUID", line("sys/class/dmi/id/product_uuid"))
        .with("bootID", line("proc/sys/kernel/random/boot_id"))
        .with("kernelVersion", line("proc/sys/kernel/osrelease"))
        .with("osImage", systemName())
        .with("containerRuntimeVersion", runtime)
        .with("kubeletVersion", version)
        .with("kubeProxyVersion", "")
        .with("operatingSystem", platform.os())
        .with("architecture", platform.architecture());
  }

  /** {@code PRETTY_NAME} (os-release(5)). */
  private String systemName() {
    for (String file : List.of("etc/os-release", "usr/lib/os-release")) {
      for (String line : text(file).split("\n", -1)) {
        if (line.startsWith("PRETTY_NAME=")) {
          return cut(line.substring(line.indexOf('=') + 1).replace("\"", "").replace("'", ""));
        }
      }
    }
    return "";
  }

  private String first(String file, String other) {
    String line = line(file);
    return line.isEmpty() ? line(other) : line;
  }

  private String line(String file) {
    return cut(text(file));
  }

  private static String cut(String text) {
    String line = text.strip();
    return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) : line;
  }

  private String text(String file) {
    try {
      return new String(Files.readAllBytes(root.resolve(file)), StandardCharsets.UTF_8);
    } catch (IOException e) {
      // Not every machine has all of them.
      return "";
    }
  }

  private static long kibibytes(String meminfo, String name) {
    for (String line : meminfo.split("\n", -1)) {
      if (line.startsWith(name)) {
        StringTokenizer words = new StringTokenizer(line.substring(name.length()), " \t");
        return words.hasMoreTokens() ? number(words.nextToken()) * 1024 : 0;
      }
    }
    return 0;
  }

  private static long tasks(String loadavg) {
    StringTokenizer words = new StringTokenizer(loadavg, " \n");
    String word = "";
    for (int i = 0; i <= TASKS && words.hasMoreTokens(); i++) {
      word = words.nextToken();
    }
    return number(word.substring(word.indexOf('/') + 1));
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
