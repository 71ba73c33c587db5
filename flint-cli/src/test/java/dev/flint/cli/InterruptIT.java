package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.testing.UploadRegistry;
import dev.flint.testing.Command;
import dev.flint.testing.TestImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, as a terminal sends it. */
class InterruptIT {
  @TempDir Path folder;
  private final CountDownLatch sending = new CountDownLatch(1);
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private Cli user;

  @BeforeEach
  void newUser() throws Exception {
    user = new Cli(Files.createDirectory(folder.resolve("user")));
  }

  /** A registry that takes the first byte of a blob, and then what comes, but never answers. */
  private UploadRegistry silent() throws Exception {
    return UploadRegistry.start(
        (x, registry) -> {
          if (x.method().equals("DELETE")) {
            cancelled.countDown();
          }
          if (!x.method().equals("PUT")) {
            return false;
          }
          x.body(1);
          sending.countDown();
          while (x.readUntilClosed() >= 0) {
            // The client is still there.
          }
          return true;
        });
  }

  private void interrupt(UploadRegistry registry, String... options) throws Exception {
    String name = registry.host() + "/r:1";
    byte[] layer = new byte[1 << 20];
    new Random(1).nextBytes(layer);
    try (OciLayout store = OciLayout.openOrCreate(user.store())) {
      Document image =
          TestImages.handMade(
              store, MediaType.OCI_LAYER_TAR, layer, TestImages.config(Digest.sha256(layer)));
      new LayoutImages(store).tag(Reference.parse(name), image);
    }
    String[] words = new String[options.length + 2];
    System.arraycopy(options, 0, words, 1, options.length);
    words[0] = "push";
    words[words.length - 1] = name;
    Process push = user.startInForeground(words);
    assertTrue(sending.await(1, TimeUnit.MINUTES), user::childLog);
    Command.run("sh", "-c", "kill -INT " + push.pid()).ok();
    // It takes 1.5 s at most (Context.STOPPING); this limit is for a hang.
    assertTrue(push.waitFor(1, TimeUnit.MINUTES), "it does not end");
    assertEquals(130, push.exitValue(), user::childLog);
    assertEquals(0, registry.count("PUT /v2/r/manifests/"));
  }

  /** D21. */
  @Test
  void anInterruptedPushTellsTheRegistryToForgetTheSession() throws Exception {
    try (UploadRegistry registry = silent()) {
      interrupt(registry, "--limit-rate", "20K");
      assertTrue(cancelled.await(1, TimeUnit.MINUTES), "the session is still open");
    }
  }

  /** D21: what hangs in a connection is not waited for. */
  @Test
  void aPushIsInterruptedAlsoWhereNobodyAnswers() throws Exception {
    try (UploadRegistry registry = silent()) {
      interrupt(registry);
    }
  }
}
