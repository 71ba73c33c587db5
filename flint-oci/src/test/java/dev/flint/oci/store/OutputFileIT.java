package dev.flint.oci.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.testing.ChildJvm;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes that write one file. */
@Timeout(60)
final class OutputFileIT {
  @TempDir private Path folder;
  private Path target;
  private Path temporary;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void name() {
    target = folder.resolve("disk");
    temporary = folder.resolve(".disk.flint-partial");
  }

  @AfterEach
  void endWhatWasStarted() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(String how) throws IOException {
    Process process = ChildJvm.start("64m", OutputProcess.class, how, target);
    started.add(process);
    assertEquals("ready\n", new String(process.getInputStream().readNBytes(6), US_ASCII));
    return process;
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "resume", "resume a leftover"})
  void anotherProcessIsNotDisturbed(String how) throws Exception {
    if (how.endsWith("leftover")) {
      Files.writeString(temporary, "theirs too");
    }
    Process other = start(how.equals("create") ? "create" : "resume");
    for (boolean force : new boolean[] {false, true}) {
      Failures.expect(ErrorCode.LOCAL_IO, () -> OutputFile.create(target, force));
      Failures.expect(ErrorCode.LOCAL_IO, () -> OutputFile.resume(target, force));
    }
    assertTrue(Files.exists(temporary));
    other.getOutputStream().write('\n');
    other.getOutputStream().flush();
    assertEquals(0, other.waitFor());
    assertEquals(how.endsWith("leftover") ? "theirs too" : "theirs", Files.readString(target));
    assertFalse(Files.exists(temporary));
  }

  @Test
  void whatAKilledProcessLeftIsHandedOn() throws Exception {
    start("create").destroyForcibly().waitFor();
    try (OutputFile output = OutputFile.resume(target, false)) {
      assertEquals("theirs", Files.readString(temporary));
      output.publish();
    }
    assertEquals("theirs", Files.readString(target));
  }
}
