package dev.flint.oci.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class TurnstileTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(1);

  @TempDir private Path folder;

  @Test
  void whoComesWaitsUntilItIsOpen() throws Exception {
    Path file = folder.resolve("turn");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> passing;
      try (Turnstile.Closed closed = new Turnstile(file, LONG).close()) {
        passing =
            thread.submit(
                () -> {
                  new Turnstile(file, LONG).pass();
                  return null;
                });
        // Another one gives up, which only tells that it is closed.
        new Turnstile(file, SHORT).pass();
        assertFalse(passing.isDone());
      }
      passing.get();
    } finally {
      thread.shutdown();
    }
  }

  @Test
  void isClosedByOneOnlyAndOpenForAllAfterwards() throws Exception {
    Path file = folder.resolve("turn");
    Turnstile.Closed first = new Turnstile(file, LONG).close();
    new Turnstile(file, SHORT).close().close();
    first.close();
    new Turnstile(file, LONG).pass();
    new Turnstile(file, LONG).close().close();
  }

  @Test
  void withoutAFolderAllPassAndNothingIsMade() throws Exception {
    Turnstile none = new Turnstile(folder.resolve("none/turn"), LONG);
    none.pass();
    none.close().close();
    assertFalse(Files.exists(folder.resolve("none")));
  }

  @Test
  void aLinkIsNotFollowedAndAFolderInItsPlaceKeepsNobodyOut() throws Exception {
    Path other = Files.write(folder.resolve("other"), new byte[] {1});
    Turnstile link = new Turnstile(Files.createSymbolicLink(folder.resolve("link"), other), LONG);
    try (Turnstile.Closed closed = link.close()) {
      link.pass();
      new Turnstile(other, LONG).pass();
    }
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(other));
    Turnstile inTheWay = new Turnstile(Files.createDirectory(folder.resolve("turn")), LONG);
    inTheWay.pass();
    inTheWay.close().close();
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("made"));
    new Turnstile(dangling, LONG).pass();
    assertFalse(Files.exists(folder.resolve("made")));
  }

  @Test
  void whoSharesALockAlreadyLetsNobodyGoFirst() throws Exception {
    StoreLock lock = new StoreLock(folder.resolve("use.lock"), LONG);
    try (StoreLock.Hold outer = lock.share();
        Turnstile.Closed closed = new Turnstile(folder.resolve("use.lock.turn"), LONG).close();
        StoreLock.Hold inner = lock.share()) {
      assertTrue(lock.tryOwn().isEmpty());
    }
    assertEquals(true, lock.tryOwn().isPresent());
  }
}
