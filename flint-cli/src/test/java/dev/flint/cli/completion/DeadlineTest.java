package dev.flint.cli.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class DeadlineTest {
  private final CountDownLatch interrupted = new CountDownLatch(1);

  @Test
  void whatIsLateIsInterruptedAndNotWaitedFor() throws Exception {
    Deadline soon = new Deadline(Duration.ofMillis(20));
    FlintException late = assertThrows(FlintException.class, () -> soon.of(this::forever));
    assertEquals(ErrorCode.NETWORK, late.code());
    interrupted.await();
  }

  private String forever() throws InterruptedException {
    try {
      new CountDownLatch(1).await();
      return "";
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
  }

  @Test
  void whatIsInTimeComesAsItIs() throws Exception {
    Deadline far = new Deadline(Duration.ofDays(1));
    assertEquals("answer", far.of(() -> "answer"));
    FlintException failure =
        assertThrows(
            FlintException.class,
            () ->
                far.of(
                    () -> {
                      throw new IOException("why");
                    }));
    assertEquals("why", failure.getMessage());
  }
}
