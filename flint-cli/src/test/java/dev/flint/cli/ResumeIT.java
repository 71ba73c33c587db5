package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulls from docker-registry that were cut go on where they stopped. */
@Timeout(180)
class ResumeIT {
  private static final int SIZE = 64 << 20;

  /** What a pull may fetch twice. */
  private static final int AGAIN = 2 << 20;

  /** Manifest, config, heads of answers, and what a process had just read. */
  private static final int BESIDES = 128 * 1024;

  private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx128m");

  @TempDir static Path shared;
  @TempDir Path folder;

  private static DockerRegistry registry;
  private static CountedLink link;
  private static Descriptor layer;
  private static String reference;
  private Cli device;

  @BeforeAll
  static void push() throws IOException {
    registry = DockerRegistry.start(shared.resolve("registry"));
    link = new CountedLink(registry.address());
    reference = link.host() + "/resume/disk:1";
    Cli developer = new Cli(Files.createDirectory(shared.resolve("developer")));
    byte[] bytes = new byte[SIZE];
    new Random(SIZE).nextBytes(bytes);
    try (OciLayout store = OciLayout.openOrCreate(developer.store())) {
      Document image =
          TestImages.handMade(
              store, MediaType.OCI_LAYER_TAR, bytes, TestImages.config(Digest.sha256(bytes)));
      layer = Manifest.of(image).layers().get(0);
      new LayoutImages(store).tag(Reference.parse(reference), image);
    }
    developer.run("push", reference).ok();
  }

  @AfterAll
  static void stop() throws IOException {
    link.close();
    registry.close();
  }

  @BeforeEach
  void newDevice() throws IOException {
    link.drop();
    device = new Cli(Files.createDirectory(folder.resolve("device")));
  }

  private Process pull() throws IOException {
    return device.start(JVM, "pull", reference);
  }

  /** Starts a pull, and returns when so many bytes of it have come and stand in the store. */
  private Process pullUntil(long bytes) throws Exception {
    return pullUntil(bytes, this::pull);
  }

  private Process pullUntil(long bytes, Callable<Process> start) throws Exception {
    link.stallAfter(bytes);
    Process pull = start.call();
    link.awaitStall();
    while (partialLength() < bytes - BESIDES && pull.isAlive()) {
      Thread.onSpinWait();
    }
    assertTrue(pull.isAlive(), device.childLog());
    return pull;
  }

  private long partialLength() throws IOException {
    Path file = device.store().resolve(".flint/partial/sha256-" + layer.digest().encoded());
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private void expectSuccess(Process pull) throws Exception {
    assertEquals(0, pull.waitFor(), device.childLog());
  }

  private void expectWhole() throws IOException {
    try (OciLayout store = OciLayout.openOrCreate(device.store());
        InputStream in = store.require(layer).openVerified()) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    try (Stream<Path> left = Files.list(device.store().resolve(".flint/partial"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 50, 95})
  void aKilledPullGoesOnWhereItWas(int percent) throws Exception {
    long at = (long) SIZE * percent / 100;
    pullUntil(at).destroyForcibly().waitFor();
    link.drop();
    expectSuccess(pull());
    assertTrue(link.bytes() <= SIZE - at + AGAIN, link.bytes() + " bytes after " + at);
    expectWhole();
  }

  /** Ctrl-C: the store lists nothing, and what came stays for the next time. */
  @Test
  void anInterruptedPullGoesOnWhereItWas() throws Exception {
    long at = SIZE / 4;
    Process pull = pullUntil(at, () -> device.startInterruptible(JVM, "pull", reference));
    assertEquals(130, Cli.interrupt(pull), device.childLog());
    assertFalse(device.childLog().contains("\tat "), device.childLog());
    try (OciLayout store = OciLayout.openOrCreate(device.store())) {
      assertEquals(List.of(), store.index().entries());
    }
    link.drop();
    expectSuccess(pull());
    assertTrue(link.bytes() <= SIZE - at + AGAIN, link.bytes() + " bytes after " + at);
    expectWhole();
  }

  @Test
  void aPullGoesOnAfterItsLinkWasCutManyTimes() throws Exception {
    int cuts = 6;
    Process pull = pullUntil(SIZE / cuts / 2);
    long total = link.bytes();
    for (int cut = 1; cut < cuts; cut++) {
      link.drop();
      link.stallAfter(SIZE / cuts);
      link.awaitStall();
      total += link.bytes();
    }
    link.drop();
    expectSuccess(pull);
    total += link.bytes();
    // What is on its way when the link is cut is lost with it.
    assertTrue(total <= SIZE + (long) cuts * 8 * AGAIN, total + " bytes");
    expectWhole();
  }

  /** E17. */
  @Test
  void aFullDiskKeepsWhatCame() throws Exception {
    Peers.require("prlimit");
    long at = SIZE / 2;
    Process pull = pullUntil(at);
    Command.run("prlimit", "--pid", pull.pid(), "--fsize=" + (SIZE / 4 * 3)).ok();
    link.stallAfter(Long.MAX_VALUE);
    assertEquals(3, pull.waitFor(), device.childLog());
    assertEquals(SIZE / 4 * 3, partialLength());
    link.drop();
    expectSuccess(pull());
    assertTrue(link.bytes() <= SIZE / 4 + AGAIN, link.bytes() + " bytes");
    expectWhole();
  }

  /** E22, processes. */
  @Test
  void severalProcessesFetchABlobOnce() throws Exception {
    List<Process> pulls = new ArrayList<>(List.of(pullUntil(SIZE / 2)));
    for (int i = 0; i < 3; i++) {
      pulls.add(pull());
    }
    link.stallAfter(Long.MAX_VALUE);
    for (Process pull : pulls) {
      expectSuccess(pull);
    }
    assertTrue(link.bytes() <= SIZE + AGAIN, link.bytes() + " bytes");
    expectWhole();
  }

  @Test
  void whoeverWaitsGoesOnForOneThatIsKilled() throws Exception {
    Process first = pullUntil(SIZE / 2);
    try (CountedLink another = new CountedLink(registry.address())) {
      Process second = device.start(JVM, "pull", another.host() + "/resume/disk:1");
      while (another.bytes() == 0 && second.isAlive()) {
        Thread.onSpinWait();
      }
      first.destroyForcibly().waitFor();
      expectSuccess(second);
      assertTrue(another.bytes() <= SIZE / 2 + AGAIN, another.bytes() + " bytes");
    }
    expectWhole();
  }
}
