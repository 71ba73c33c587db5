package dev.flint.agent.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.ErrorCode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskMainTest {
  @TempDir private Path folder;

  @Test
  void doesTheTasksOfTheAgent() {
    String state = folder.toString();
    assertEquals(
        0,
        TaskMain.run(
            Map.of(),
            "collect-images",
            "--state",
            state,
            "--free",
            "1",
            "--fetch",
            "0",
            "--min-age",
            "0"));
    assertEquals(ErrorCode.USAGE.exitCode(), TaskMain.run(Map.of(), "collect-images"));
    assertEquals(ErrorCode.USAGE.exitCode(), TaskMain.run(Map.of(), "prepare-image"));
    assertEquals(ErrorCode.USAGE.exitCode(), TaskMain.run(Map.of(), "another"));
  }
}
