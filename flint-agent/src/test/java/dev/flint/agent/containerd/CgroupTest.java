package dev.flint.agent.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both versions with files as the kernel writes them; CI has only one of them. */
class CgroupTest {
  @TempDir Path root;

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text, UTF_8);
  }

  @Test
  void readsVersionOne() throws IOException {
    file("memory/c/memory.usage_in_bytes", "5000\n");
    file("memory/c/memory.stat", "inactive_file 1\ntotal_inactive_file 1000\n");
    file("memory/c/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
    file("cpuacct/c/cpuacct.usage", "777\n");
    Cgroup cgroup = new Cgroup(root, "/c");
    assertEquals(new Usage(777, 4000, -1, -1), cgroup.usage());
    assertTrue(cgroup.ranOutOfMemory());
  }

  @Test
  void readsVersionTwo() throws IOException {
    file("cgroup.controllers", "cpu memory\n");
    file("c/memory.current", "5000\n");
    file("c/memory.stat", "anon 7\ninactive_file 1000\n");
    file("c/memory.events", "low 0\noom 0\noom_kill 0\n");
    file("c/cpu.stat", "usage_usec 5\nuser_usec 3\n");
    Cgroup cgroup = new Cgroup(root, "/c");
    assertEquals(new Usage(5000, 4000, -1, -1), cgroup.usage());
    assertFalse(cgroup.ranOutOfMemory());
  }

  @Test
  void whatIsGoneIsNotKnown() {
    Cgroup cgroup = new Cgroup(root, "/gone");
    assertEquals(new Usage(-1, -1, -1, -1), cgroup.usage());
    assertFalse(cgroup.ranOutOfMemory());
  }
}
