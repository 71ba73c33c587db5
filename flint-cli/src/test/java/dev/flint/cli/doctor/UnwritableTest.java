package dev.flint.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Finding;
import dev.flint.agent.backend.Finding.Level;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnwritableTest {
  private static final Path STORE = Path.of("/s/store");

  @ParameterizedTest
  @CsvSource({
    "Read-only file system, mounted for writing",
    "No space left on device, make room",
    "Operation not permitted, chown or chmod it",
  })
  void theRemedyIsForTheReason(String reason, String remedy) {
    for (IOException why :
        new IOException[] {
          new IOException(reason), new FileSystemException("/s/store/use.lock", null, reason)
        }) {
      Finding finding = Unwritable.found("store", STORE, why);
      assertEquals(Level.REFUSED, finding.level());
      assertEquals("/s/store cannot be written: " + reason, finding.message());
      assertTrue(finding.remedy().contains(remedy), finding.remedy());
    }
  }

  @Test
  void saysWhatASystemSaysWithoutAReason() {
    Finding finding = Unwritable.found("store", STORE, new AccessDeniedException("/s/store/x"));
    assertEquals("/s/store cannot be written: permission denied: /s/store/x", finding.message());
    assertEquals("chown or chmod it", finding.remedy());
  }

  /** Not even root may write there. */
  @Test
  void findsOutTheReason() {
    Finding finding = Unwritable.found("space", Path.of("/proc"));
    assertTrue(finding.message().startsWith("/proc cannot be written: "), finding.message());
  }
}
