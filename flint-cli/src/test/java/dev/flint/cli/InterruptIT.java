package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.UploadRegistry;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of a push, to a process as a terminal gives it. */
@Timeout(120)
class InterruptIT {
  private static final int MIB = 1 << 20;

  /** More than the buffers of two sockets hold. */
  private static final int SIZE = 24 * MIB;

  /** On a busy machine, the time that a registry gets to cancel may be over before it is asked. */
  private static final int TRIES = 5;

  @TempDir Path folder;
  private Cli user;

  @BeforeEach
  void user() throws IOException {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
  }

  /** Takes 1 MiB and then nothing more, and may be as slow to cancel. */
  private static final class Stalled implements UploadRegistry.Fault {
    final CountDownLatch sending = new CountDownLatch(1);
    final CountDownLatch end = new CountDownLatch(1);
    private final boolean cancels;

    Stalled(boolean cancels) {
      this.cancels = cancels;
    }

    @Override
    public boolean on(Exchange x, UploadRegistry registry) throws IOException {
      boolean upload = x.method().equals("PUT") && x.target().startsWith("/upload");
      if (!upload && (cancels || !x.method().equals("DELETE"))) {
        return false;
      }
      if (upload) {
        x.body(MIB);
        sending.countDown();
      }
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      x.reset();
      return true;
    }
  }

  private void pack(String reference) throws IOException {
    byte[] bytes = new byte[SIZE];
    new Random(SIZE).nextBytes(bytes);
    try (OciLayout store = OciLayout.openOrCreate(user.store())) {
      Document image =
          TestImages.handMade(
              store, MediaType.OCI_LAYER_TAR, bytes, TestImages.config(Digest.sha256(bytes)));
      new LayoutImages(store).tag(Reference.parse(reference), image);
    }
  }

  /** Interrupts a push; returns whether its session was cancelled. */
  private boolean pushIsCancelled(Stalled fault) throws Exception {
    try (UploadRegistry registry = UploadRegistry.start(fault)) {
      String reference = registry.host() + "/a/b:1";
      pack(reference);
      Process push =
          user.startInterruptible(List.of("-XX:+UseSerialGC"), "push", reference, "--jobs", "1");
      try {
        fault.sending.await();
        assertEquals(130, Cli.interrupt(push), user.childLog());
      } finally {
        push.destroyForcibly();
        fault.end.countDown();
      }
      assertEquals(1, registry.count("POST"), registry.requests().toString());
      assertEquals(
          registry.count("DELETE"),
          registry.count("DELETE /upload?s=1"),
          registry.requests().toString());
      assertTrue(user.run("images").ok().contains(registry.host() + "/a/b"));
      return registry.count("DELETE") == 1;
    }
  }

  /** Locks, and what lists of images remember. */
  private static final Set<String> TOOLS_OF_THE_STORE =
      Set.of(
          "use.lock", "use.lock.turn", "index.lock", "index.lock.turn", "partial.lock", "images");

  private void assertNothingIsLeft() throws IOException {
    String said = user.childLog();
    assertFalse(said.contains("\tat ") || said.contains("\u001b"), said);
    assertTrue(said.isEmpty() || said.endsWith("\n"), said);
    try (Stream<Path> files = Files.walk(user.store().resolve(".flint"))) {
      assertEquals(
          List.of(),
          files
              .filter(Files::isRegularFile)
              .filter(file -> !TOOLS_OF_THE_STORE.contains(String.valueOf(file.getFileName())))
              .toList());
    }
  }

  /** D21. */
  @Test
  void aPushThatIsInterruptedCancelsItsSession() throws Exception {
    int tries = 1;
    while (!pushIsCancelled(new Stalled(true))) {
      assertTrue(tries++ < TRIES, "never cancelled");
    }
    assertNothingIsLeft();
  }

  /** D21: best effort only. */
  @Test
  void aPushThatIsInterruptedDoesNotWaitForTheRegistry() throws Exception {
    pushIsCancelled(new Stalled(false));
    assertNothingIsLeft();
  }
}
