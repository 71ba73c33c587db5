package dev.flint.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the kernel has of a device's instances, whatever its agent says.
 *
 * @param instances the folder they are in, with a slash; QEMUs have it in their arguments
 * @param containerd the socket that its shims have in theirs
 */
record DeviceProcesses(String instances, String containerd) {
  /** Processes of QEMUs that run; no zombies. */
  List<Long> guestProcesses() throws IOException {
    List<Long> found = new ArrayList<>();
    guestLines().forEach((pid, line) -> found.add(pid));
    return found;
  }

  /** The instances of QEMUs that run, one for each process. */
  List<String> guestIds() throws IOException {
    List<String> found = new ArrayList<>();
    for (String line : guestLines().values()) {
      int start = line.indexOf(instances) + instances.length();
      found.add(line.substring(start, line.indexOf('/', start)));
    }
    return found;
  }

  private Map<Long, String> guestLines() throws IOException {
    Map<Long, String> found = new HashMap<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path one : processes.toList()) {
        String line = commandLine(one);
        if (line.contains("qemu-system") && line.contains(instances)) {
          found.put(Long.parseLong(one.getFileName().toString()), line);
        }
      }
    }
    // While one begins, it is two: the first waits for the second to be ready.
    for (long pid : List.copyOf(found.keySet())) {
      ProcessHandle.of(pid)
          .flatMap(ProcessHandle::parent)
          .filter(parent -> found.containsKey(parent.pid()))
          .ifPresent(parent -> found.remove(pid));
    }
    return found;
  }

  /** The processes of all instances as the kernel has them, for messages. */
  String words() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path one : processes.toList()) {
        String line = commandLine(one);
        if (line.contains(instances) || line.contains(containerd)) {
          text.append('\n').append(stat(one)).append(' ').append(line.replace('\0', ' '));
        }
      }
    }
    return text.toString();
  }

  private static String stat(Path process) {
    try {
      return Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      return "gone";
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** Ends every process that has a file below a folder in its arguments; not the tests' own. */
  static void killAllOf(Path folder) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path one : processes.toList()) {
        String line = commandLine(one);
        if (line.contains(folder + "/") && !line.contains("surefire")) {
          ProcessHandle.of(Long.parseLong(one.getFileName().toString()))
              .ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    }
  }
}
