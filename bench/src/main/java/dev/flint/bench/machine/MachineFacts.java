package dev.flint.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a reader must know to compare figures: the machine and the versions. */
public final class MachineFacts {
  private static final double KIBIBYTES_PER_GIBIBYTE = 1 << 20;

  private MachineFacts() {}

  /** Facts by name, in the order to print them. */
  public static Map<String, String> read(List<String> tools) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "CPU",
        field("/proc/cpuinfo", "model name").orElse("unknown")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores");
    String memory = field("/proc/meminfo", "MemTotal").orElse("0 kB").replace(" kB", "");
    facts.put("memory", "%.1f GiB".formatted(Long.parseLong(memory) / KIBIBYTES_PER_GIBIBYTE));
    facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put(
        "JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    for (String tool : tools) {
      Optional<Path> program = Programs.find(tool);
      if (program.isPresent()) {
        facts.put(tool, version(program.get()));
      }
    }
    return facts;
  }

  /** The machine's load, as the system tells it; other work makes figures worthless. */
  public static String load() throws IOException {
    String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
    return words[0] + " " + words[1];
  }

  private static String version(Path program) {
    String word = program.endsWith("crane") || program.endsWith("oras") ? "version" : "--version";
    try {
      return Programs.run(program.toString(), word).lines().findFirst().orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static Optional<String> field(String file, String name) throws IOException {
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    }
  }
}
