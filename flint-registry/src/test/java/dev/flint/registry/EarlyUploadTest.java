package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.EarlySender;
import dev.flint.oci.transfer.EarlySender.Early;
import dev.flint.registry.server.RegistryServer;
import dev.flint.registry.server.ServerSettings;
import dev.flint.registry.testing.UploadRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A blob that is sent while it is made. */
class EarlyUploadTest extends UploadCase {
  private static final long LARGE = 64L << 20;

  private final AtomicLong metered = new AtomicLong();

  private RegistryRepository repository(UploadRegistry registry) throws IOException {
    return user.client().repository(reference(registry));
  }

  private static Reference reference(UploadRegistry registry) {
    return Reference.parse(registry.host() + "/r:1");
  }

  /** Makes the layer; does something when half of it is made. */
  private void make(RegistryRepository to, Reference reference, long size, Runnable half)
      throws IOException {
    OciLayout layout = OciLayout.openOrCreate(folder.resolve("layout"));
    try (layout;
        OciLayout.Use use = layout.use();
        Ingest ingest = layout.ingest()) {
      Early early = to.early(reference).begin(size, ingest);
      byte[] bytes = image.layerBytes();
      ingest.write(bytes, 0, SIZE / 2);
      half.run();
      ingest.write(bytes, SIZE / 2, SIZE - SIZE / 2);
      early.is(ingest.commit().digest());
    }
  }

  private void put(RegistryRepository to, UploadRegistry registry) throws IOException {
    to.putBlob(layer, bytes(), metered::addAndGet);
    assertTrue(registry.has(image.layerBytes()), registry.requests().toString());
    assertEquals(SIZE, metered.get());
  }

  private static void nothing() {}

  private static void await(BooleanSupplier condition) {
    try {
      while (!condition.getAsBoolean()) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void isOnItsWayBeforeItIsMade() throws IOException {
    try (UploadRegistry registry = UploadRegistry.start(SOUND)) {
      RegistryRepository to = repository(registry);
      make(to, reference(registry), LARGE, () -> await(() -> registry.count("PATCH") == 1));
      assertFalse(to.has(layer));
      put(to, registry);
      assertEquals(
          List.of(
              "POST /v2/r/blobs/uploads/",
              "PATCH /upload?s=1",
              "PUT /upload?s=1&move=1&digest=" + layer.digest()),
          withoutHead(registry));
    }
  }

  /** The registry kept 3 MiB of what was sent. */
  @Test
  void goesOnWhereItWasCut() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PATCH"))) {
                return false;
              }
              r.keep(x, 3 * MIB);
              x.reset();
              return true;
            })) {
      RegistryRepository to = repository(registry);
      make(to, reference(registry), LARGE, EarlyUploadTest::nothing);
      put(to, registry);
      assertEquals(
          List.of(
              "POST /v2/r/blobs/uploads/",
              "PATCH /upload?s=1",
              "GET /upload?s=1",
              "PATCH /upload?s=1&move=1",
              "PUT /upload?s=1&move=2&digest=" + layer.digest()),
          withoutHead(registry));
    }
  }

  /** Whatever a registry has against such requests, it gets one that it knows. */
  @ParameterizedTest
  @ValueSource(ints = {400, 404, 411, 413, 501})
  void goesUpAsUsualWhereItIsRefused(int status) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!x.method().equals("PATCH") || x.header("transfer-encoding").isEmpty()) {
                return false;
              }
              x.body();
              x.reply(status, "", NONE);
              return true;
            })) {
      RegistryRepository to = repository(registry);
      make(to, reference(registry), LARGE, EarlyUploadTest::nothing);
      put(to, registry);
      assertEquals(1, registry.count("PATCH"));
    }
  }

  /** The upload is not answered any more, or the registry has lost some of it. */
  @ParameterizedTest
  @ValueSource(strings = {"reset", "400", "201"})
  void goesUpAsUsualIfItCannotBeEnded(String end) throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!first(x.method().equals("PUT") && x.target().startsWith("/upload"))) {
                return false;
              }
              if (end.equals("201")) {
                r.takeSilently(x);
              } else if (end.equals("reset")) {
                x.reset();
              } else {
                r.forget(x);
                x.reply(Integer.parseInt(end), "", NONE);
              }
              return true;
            })) {
      RegistryRepository to = repository(registry);
      make(to, reference(registry), LARGE, EarlyUploadTest::nothing);
      put(to, registry);
    }
  }

  @Test
  void waitsToBeAskedForWhatIsSmall() throws IOException {
    try (UploadRegistry registry = UploadRegistry.start(SOUND)) {
      RegistryRepository to = repository(registry);
      make(to, reference(registry), 1000, EarlyUploadTest::nothing);
      assertEquals(List.of(), registry.requests());
      put(to, registry);
    }
  }

  /** What is made again under its name is likely to be there. */
  @Test
  void waitsToBeAskedIfTheImageIsThere() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!x.target().startsWith("/v2/r/manifests/")) {
                return false;
              }
              x.reply(200, "Docker-Content-Digest: " + layer.digest(), utf8("{}"));
              return true;
            })) {
      RegistryRepository to = repository(registry);
      make(to, reference(registry), LARGE, () -> await(() -> registry.count("HEAD") == 1));
      put(to, registry);
      assertEquals(
          List.of("POST /v2/r/blobs/uploads/", "PUT /upload?s=1&digest=" + layer.digest()),
          withoutHead(registry));
    }
  }

  @Test
  void isGivenUpIfTheRegistryHasIt() throws IOException {
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!x.method().equals("HEAD") || !x.target().contains("/blobs/")) {
                return false;
              }
              x.reply(200, "", image.layerBytes());
              return true;
            })) {
      RegistryRepository to = repository(registry);
      make(to, reference(registry), LARGE, () -> await(() -> registry.count("PATCH") == 1));
      assertTrue(to.has(layer));
      await(() -> registry.count("DELETE") == 1);
      assertEquals(0, registry.count("PUT"));
    }
  }

  @Test
  void isGivenUpWithTheBlob() throws IOException {
    try (UploadRegistry registry = UploadRegistry.start(SOUND)) {
      RegistryRepository to = repository(registry);
      try (OciLayout layout = OciLayout.openOrCreate(folder.resolve("layout"));
          OciLayout.Use use = layout.use();
          Ingest ingest = layout.ingest()) {
        to.early(reference(registry)).begin(LARGE, ingest);
        ingest.write(image.layerBytes(), 0, SIZE / 2);
        await(() -> registry.count("PATCH") == 1);
      }
      await(() -> registry.count("DELETE") == 1);
    }
  }

  /** As when another blob of the image cannot be made or sent. */
  @Test
  void isGivenUpIfNobodyAsksForIt() throws IOException {
    try (UploadRegistry registry = UploadRegistry.start(SOUND)) {
      OciLayout layout = OciLayout.openOrCreate(folder.resolve("layout"));
      try (layout;
          OciLayout.Use use = layout.use();
          EarlySender sender = repository(registry).early(reference(registry));
          Ingest ingest = layout.ingest()) {
        Early early = sender.begin(LARGE, ingest);
        ingest.write(image.layerBytes());
        early.is(ingest.commit().digest());
        await(() -> registry.count("PATCH") == 1);
      }
      assertEquals(1, registry.count("DELETE"));
      assertFalse(registry.has(image.layerBytes()));
    }
  }

  /**
   * A login that fails, for example: the push will say so, and a second try may lock an account.
   */
  @ParameterizedTest
  @ValueSource(strings = {"HEAD 401", "HEAD 405", "HEAD 429", "HEAD 503", "POST 401", "POST 405"})
  void whatIsRefusedOnceIsNotAskedForAgain(String refusal) throws IOException {
    String method = refusal.substring(0, 4);
    try (UploadRegistry registry =
        UploadRegistry.start(
            (x, r) -> {
              if (!x.method().equals(method)) {
                return false;
              }
              x.reply(Integer.parseInt(refusal.substring(5)), "", NONE);
              return true;
            })) {
      OciLayout layout = OciLayout.openOrCreate(folder.resolve("layout"));
      try (layout;
          OciLayout.Use use = layout.use();
          EarlySender sender = repository(registry).early(reference(registry))) {
        for (int i = 0; i < 2; i++) {
          try (Ingest ingest = layout.ingest()) {
            sender.begin(LARGE, ingest);
            ingest.write(image.layerBytes());
            await(() -> registry.count(method) == 1);
            ingest.commit();
          }
          // Once its thread has ended, it has been noted.
          sender.close();
        }
      }
      assertEquals(1, registry.count(method), registry.requests().toString());
      assertEquals(0, registry.count("PATCH"));
    }
  }

  @Test
  void endsWithWhoeverWaitsForIt() throws Exception {
    try (UploadRegistry registry = UploadRegistry.start(SOUND)) {
      RegistryRepository to = repository(registry);
      OciLayout layout = OciLayout.openOrCreate(folder.resolve("layout"));
      try (layout;
          OciLayout.Use use = layout.use();
          Ingest ingest = layout.ingest()) {
        Early early = to.early(reference(registry)).begin(LARGE, ingest);
        ingest.write(image.layerBytes(), 0, SIZE / 2);
        early.is(layer.digest());
        await(() -> registry.count("PATCH") == 1);
        Thread.currentThread().interrupt();
        assertFails(ErrorCode.INTERRUPTED, () -> to.putBlob(layer, bytes(), metered::addAndGet));
        assertTrue(Thread.interrupted(), "the caller's own affair");
        await(() -> registry.count("DELETE") == 1);
      }
    }
  }

  @Test
  void isTakenByFlintsOwnRegistry() throws IOException {
    List<String> log = new CopyOnWriteArrayList<>();
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (RegistryServer server =
        RegistryServer.start(loopback, folder.resolve("registry"), ServerSettings.OPEN, log::add)) {
      String host = "127.0.0.1:" + server.address().getPort();
      Reference reference = Reference.parse(host + "/r:1");
      RegistryRepository to = user.client().repository(reference);
      make(to, reference, LARGE, EarlyUploadTest::nothing);
      to.putBlob(layer, bytes(), metered::addAndGet);
      assertEquals(SIZE, metered.get());
      assertTrue(to.has(layer));
    }
    assertEquals(
        List.of("HEAD 404", "POST 202", "PATCH 202", "PUT 201", "HEAD 200"),
        log.stream().map(line -> line.replaceAll("^(\\S+) \\S+ (\\d+) .*", "$1 $2")).toList());
  }
}
