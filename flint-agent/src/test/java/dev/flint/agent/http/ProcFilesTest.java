package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFilesTest {
  @TempDir private Path proc;

  @Test
  void readsWhatTheKernelSays() throws Exception {
    Files.createDirectories(proc.resolve("self/fd"));
    Files.createFile(proc.resolve("self/fd/0"));
    Files.createFile(proc.resolve("self/fd/1"));
    // user nice system idle iowait irq softirq steal guest guest_nice
    Files.writeString(proc.resolve("stat"), "cpu  1 2 3 1000 2000 4 5 6 7 8\ncpu0 1 1 1\n");
    Files.writeString(
        proc.resolve("self/stat"), "7 (a) b (c) S 1 1 1 0 -1 4 5 6 7 8 120 30 0 0 20 0 9\n");
    Files.writeString(proc.resolve("self/status"), "Name:\tjava\nVmRSS:\t   50 kB\n");
    Files.writeString(
        proc.resolve("meminfo"),
        "MemTotal:    1000 kB\nMemFree: 1 kB\nMemAvailable:  600 kB\nAnonPages:   300 kB\n");
    Files.writeString(proc.resolve("uptime"), "12.34 20.00\n");
    ProcFiles files = new ProcFiles(proc);
    assertEquals(12_000, files.uptimeMillis());
    assertEquals(210_000_000L, files.hostCpuNanos());
    assertEquals(1_500_000_000L, files.ownCpuNanos());
    assertEquals(51_200, files.ownMemoryBytes());
    assertEquals(1, files.ownOpenFiles());
    assertEquals(new ProcFiles.Memory(1_024_000, 614_400, 307_200), files.memory());
  }

  @Test
  void agreesWithThisMachine() {
    ProcFiles files = new ProcFiles(Path.of("/proc"));
    assertTrue(files.hostCpuNanos() >= files.ownCpuNanos());
    assertTrue(files.ownCpuNanos() > 0);
    assertTrue(files.ownMemoryBytes() < files.memory().total());
    assertTrue(files.memory().available() < files.memory().total());
    assertTrue(files.ownOpenFiles() > 2);
  }

  @Test
  void knowsHowFastTimeIsTaken() {
    CpuRates rates = new CpuRates();
    assertEquals(500_000_000, rates.rate("a", 1000, 3000, 1_000_000_000));
    assertEquals(1_000_000_000, rates.rate("a", 1000, 4000, 2_000_000_000));
    // Too soon to be measured, so the answer is that of before.
    assertEquals(1_000_000_000, rates.rate("a", 1000, 4500, 2_000_000_001));
    assertEquals(0, rates.rate("a", 1000, 6000, 2_000_000_000));
    // Another run, which began anew.
    assertEquals(100_000_000, rates.rate("a", 6000, 7000, 100_000_000));
    rates.keepOnly(Set.of());
    assertEquals(50_000_000, rates.rate("a", 6000, 8000, 100_000_000));
  }
}
