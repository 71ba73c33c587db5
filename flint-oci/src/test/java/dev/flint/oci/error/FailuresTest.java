package dev.flint.oci.error;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FailuresTest {
  @TempDir private Path folder;

  private static void assertInterrupted(Throwable failure) {
    FlintException known = Failures.known(failure);
    assertEquals(ErrorCode.INTERRUPTED, known.code());
    assertEquals("interrupted", FlintException.line(known));
  }

  @Test
  void aFileThatAnInterruptClosedIsNoFailureOfTheFile() throws IOException {
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("a"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Thread.currentThread().interrupt();
      file.write(ByteBuffer.allocate(1));
    } catch (IOException e) {
      assertInterrupted(e);
    } finally {
      assertEquals(true, Thread.interrupted());
    }
  }

  /** What {@code Runtime.addShutdownHook} says then. */
  @Test
  void whatBeginsWhileTheProgramEndsIsNoBug() {
    assertInterrupted(new IllegalStateException("Shutdown in progress"));
    assertEquals(ErrorCode.INTERNAL, Failures.known(new IllegalStateException("else")).code());
  }
}
