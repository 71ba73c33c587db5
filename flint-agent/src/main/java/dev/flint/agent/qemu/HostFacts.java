package dev.flint.agent.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this host could give a guest now.
 *
 * @param architecture as Java names it
 * @param availableMemory in bytes, without swapping; {@link Long#MAX_VALUE} where nobody knows
 * @param cpus of the host
 * @param freeBytes on the file system that instances are on
 */
public record HostFacts(String architecture, long availableMemory, int cpus, long freeBytes) {
  /**
   * Looks at this host.
   *
   * @param instances a folder on the file system of the instances, which need not be there yet
   */
  public static HostFacts read(Path instances) throws IOException {
    Path there = instances.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return new HostFacts(
        System.getProperty("os.arch", ""),
        memoryOfMeminfo(),
        Runtime.getRuntime().availableProcessors(),
        Files.getFileStore(there).getUsableSpace());
  }

  private static long memoryOfMeminfo() throws IOException {
    Path file = Path.of("/proc/meminfo");
    for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
      if (line.startsWith("MemAvailable:")) {
        String number = line.substring(line.indexOf(':') + 1, line.lastIndexOf(' ')).strip();
        return Long.parseLong(number) * 1024;
      }
    }
    return Long.MAX_VALUE;
  }
}
