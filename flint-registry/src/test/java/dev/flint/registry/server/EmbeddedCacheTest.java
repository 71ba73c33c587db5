package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import dev.flint.registry.server.RawRegistry.Answer;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that gets what it has not got from another one. */
final class EmbeddedCacheTest {
  @TempDir Path folder;

  private EmbeddedRegistry cacheOf(String host) throws IOException {
    return cacheOf(host, new TestClient(folder.resolve("client")));
  }

  private EmbeddedRegistry cacheOf(String host, TestClient client) throws IOException {
    return new EmbeddedRegistry(
        folder.resolve("cache"),
        ServerSettings.OPEN.withUpstream(new Upstream(client.client(), host)));
  }

  private EmbeddedRegistry origin() throws IOException {
    return new EmbeddedRegistry(folder.resolve("origin"));
  }

  private static TestImage pushed(EmbeddedRegistry registry, String name, String tag, int size)
      throws IOException {
    TestImage image = TestImage.ofLayerSize(size);
    registry.raw.pushBlob(name, image.configBytes(), MediaType.OCI_CONFIG);
    registry.raw.pushBlob(name, image.layerBytes(), MediaType.OCI_LAYER_TAR);
    registry.raw.pushManifest(name, tag, image.manifest()).is(201);
    return image;
  }

  /** A server logs a request a little after its client has the answer. */
  private static void assertAsked(int times, EmbeddedRegistry registry, String start) {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    long asked;
    do {
      asked = registry.log.stream().filter(line -> line.startsWith(start)).count();
    } while (asked < times && System.nanoTime() < deadline);
    assertEquals(times, asked, registry.log::toString);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 200_000, 3_000_000})
  void givesWhatIsUpstreamAndKeepsIt(int size) throws IOException {
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      TestImage image = pushed(origin, "a/b", "v1", size);
      origin.log.clear();
      for (int i = 0; i < 2; i++) {
        Answer manifest = cache.raw.manifest("a/b", "v1").is(200);
        assertArrayEquals(image.manifest().bytes(), manifest.bytes());
        assertEquals(image.manifest().mediaType().value(), manifest.header("Content-Type"));
        Answer layer = cache.raw.blob("a/b", image.layer().digest()).is(200);
        assertArrayEquals(image.layerBytes(), layer.bytes());
        assertEquals(image.layer().digest().toString(), layer.header("Docker-Content-Digest"));
      }
      assertAsked(1, origin, "GET /v2/a/b/manifests/");
      // Of an empty blob, it is not the bytes that are got: HEAD is not believed that it is empty.
      assertAsked(1, origin, "GET /v2/a/b/blobs/");
      assertEquals(List.of(), cache.unfinished("a/b"));
      cache.raw.head("/v2/a/b/blobs/" + image.config().digest()).is(200);
      assertAsked(2, origin, "HEAD /v2/a/b/blobs/");
      assertAsked(1, origin, "GET /v2/a/b/blobs/");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200_000, 300_000, 4_000_000})
  void givesALargeManifest(int padding) throws IOException {
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      byte[] large =
          origin
              .raw
              .image("x", "a")
              .json()
              .with("annotations", JsonObject.empty().with("padding", "x".repeat(padding)))
              .bytes();
      origin.raw.pushManifest("x", "v1", MediaType.OCI_MANIFEST.value(), large).is(201);
      assertArrayEquals(large, cache.raw.manifest("x", "v1").is(200).bytes());
      assertArrayEquals(large, cache.raw.manifest("x", "" + Digest.sha256(large)).bytes());
    }
  }

  @Test
  void servesAWholeImageToTheClient() throws IOException {
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      TestImage image = pushed(origin, "x", "v1", 2_500_000);
      Reference reference = Reference.parse(cache.host() + "/x:v1");
      TestClient user = new TestClient(folder.resolve("user"));
      assertEquals(image.manifest(), user.pull(reference));
    }
  }

  @Test
  void logsInUpstream() throws IOException {
    Path users = Htpasswd.write(folder.resolve("users"), Htpasswd.ACCOUNT);
    try (EmbeddedRegistry origin =
            new EmbeddedRegistry(
                folder.resolve("origin"), ServerSettings.OPEN.withHtpasswd(users, false));
        EmbeddedRegistry cache =
            cacheOf(
                origin.host(),
                new TestClient(folder.resolve("client")).login(origin.host(), "user", "p:w"))) {
      RawRegistry own = origin.raw.as("user", "p:w");
      Document image = own.image("x", "content");
      own.pushManifest("x", "v1", image).is(201);
      assertArrayEquals(image.bytes(), cache.raw.manifest("x", "v1").is(200).bytes());
      Htpasswd.write(users, Htpasswd.OTHER);
      cache.raw.manifest("x", "v2").is(502);
    }
  }

  @Test
  void fetchesOnceWhatManyWantAtOnce() throws Exception {
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      TestImage image = pushed(origin, "x", "v1", 8_000_000);
      ExecutorService clients = Executors.newFixedThreadPool(16);
      try {
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          answers.add(
              clients.submit(
                  () -> {
                    cache.raw.manifest("x", "v1").is(200);
                    return cache.raw.blob("x", image.layer().digest());
                  }));
        }
        for (Future<Answer> answer : answers) {
          assertArrayEquals(image.layerBytes(), answer.get().is(200).bytes());
        }
      } finally {
        clients.shutdownNow();
      }
      assertAsked(1, origin, "GET /v2/x/blobs/");
      assertAsked(1, origin, "GET /v2/x/manifests/");
    }
  }

  @Test
  void knowsNothingThatUpstreamDoesNotKnow() throws IOException {
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      pushed(origin, "x", "v1", 10);
      Digest absent = Digest.sha256(new byte[9]);
      assertEquals("BLOB_UNKNOWN", cache.raw.blob("x", absent).is(404).problem());
      assertEquals("MANIFEST_UNKNOWN", cache.raw.manifest("x", "v2").is(404).problem());
      assertEquals("MANIFEST_UNKNOWN", cache.raw.manifest("y", "" + absent).is(404).problem());
      cache.raw.get("/v2/x/tags/list").is(404);
      assertEquals(List.of(), cache.blobs("x"));
    }
  }

  @Test
  void takesNoPushes() throws IOException {
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      assertEquals("UNSUPPORTED", cache.raw.send("POST", "/v2/x/blobs/uploads/").is(405).problem());
    }
  }

  @Test
  void seesAMovedTagWhenTheOldOneIsNoLongerFresh() throws IOException {
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      TestImage first = pushed(origin, "x", "v1", 10);
      cache.raw.manifest("x", "v1").is(200);
      TestImage second = pushed(origin, "x", "v1", 11);
      assertArrayEquals(first.manifest().bytes(), cache.raw.manifest("x", "v1").bytes());
      cache.clock.advance(ManifestCache.FRESH);
      assertArrayEquals(second.manifest().bytes(), cache.raw.manifest("x", "v1").bytes());
      cache.clock.advance(ManifestCache.FRESH);
      origin.log.clear();
      assertArrayEquals(second.manifest().bytes(), cache.raw.manifest("x", "v1").bytes());
      assertAsked(1, origin, "HEAD /v2/x/manifests/v1");
      assertAsked(0, origin, "GET ");
      assertArrayEquals(
          first.manifest().bytes(),
          cache.raw.manifest("x", "" + first.manifest().digest()).bytes());
    }
  }

  @Test
  void servesWhatItHasWhenUpstreamIsDown() throws IOException {
    EmbeddedRegistry origin = origin();
    TestClient client = new TestClient(folder.resolve("client"));
    try (EmbeddedRegistry cache = cacheOf(origin.host(), client)) {
      TestImage image = pushed(origin, "x", "v1", 100_000);
      assertEquals("", cache.raw.manifest("x", "v1").is(200).header("Warning"));
      cache.raw.blob("x", image.layer().digest()).is(200);
      origin.close();
      cache.clock.advance(ManifestCache.FRESH);
      for (int i = 0; i < 2; i++) {
        Answer stale = cache.raw.manifest("x", "v1").is(200);
        assertEquals("110 - \"Response is Stale\"", stale.header("Warning"));
        assertArrayEquals(image.manifest().bytes(), stale.bytes());
      }
      assertEquals(List.of(), client.waits(), "what is here is not kept back by further attempts");
      cache.raw.blob("x", image.layer().digest()).is(200);
      cache.raw.manifest("x", "v2").is(502);
      cache.raw.blob("x", image.config().digest()).is(502);
      assertTrue(
          cache.log.stream().anyMatch(line -> line.startsWith("upstream registry is down, x:v1")));
      assertLogged(
          cache, "GET /v2/x/manifests/v2 502 [0-9]+ ms upstream: cannot connect to 127.0.0.1.*");
    }
  }

  /** A server logs a request a little after its client has the answer. */
  private static void assertLogged(EmbeddedRegistry registry, String line) {
    EmbeddedUploadTest.await(() -> registry.log.stream().anyMatch(logged -> logged.matches(line)));
  }

  @Test
  void cutsAClientThatWouldGetADamagedBlob() throws IOException {
    TestImage image = TestImage.ofLayerSize(400_000);
    byte[] damaged = image.layerBytes().clone();
    damaged[399_999] ^= 1;
    AtomicBoolean mended = new AtomicBoolean();
    try (FaultServer origin =
            FaultServer.start(
                exchange -> exchange.reply(200, "", mended.get() ? image.layerBytes() : damaged));
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      Digest digest = image.layer().digest();
      assertIsCutOrRefused(cache, digest);
      assertEquals(List.of(), cache.blobs("r"));
      assertLogged(cache, "upstream blob r@" + digest + " failed: (?!.*Exception).+");
      mended.set(true);
      assertArrayEquals(image.layerBytes(), cache.raw.blob("r", digest).is(200).bytes());
      assertEquals(List.of(digest.encoded()), cache.blobs("r"));
    }
  }

  /** If the damage was found before a byte was sent on, there is still time for words. */
  private static void assertIsCutOrRefused(EmbeddedRegistry cache, Digest digest)
      throws IOException {
    Answer answer;
    try {
      answer = cache.raw.blob("r", digest);
    } catch (UncheckedIOException e) {
      return;
    }
    answer.is(502);
  }

  @Test
  void refusesAManifestThatIsNotWhatWasAskedFor() throws IOException {
    TestImage image = TestImage.ofLayerSize(10);
    try (FaultServer origin = FaultServer.start(image::serve);
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      cache.raw.manifest("r", Digest.sha256(new byte[1]).toString()).is(502);
      assertEquals(List.of(), cache.blobs("r"));
      cache.raw.manifest("r", "v1").is(200);
    }
  }

  @Test
  void sendsOnWhatComesBeforeAllHasCome() throws Exception {
    byte[] content = TestImage.ofLayerSize(1_000_000).layerBytes();
    Digest digest = Digest.sha256(content);
    CountDownLatch seen = new CountDownLatch(1);
    try (FaultServer origin = FaultServer.start(exchange -> halves(exchange, content, seen));
        EmbeddedRegistry cache = cacheOf(origin.host());
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), cache.server.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              EmbeddedRegistry.head(
                  "GET /v2/r/blobs/" + digest + " HTTP/1.1", "Host: x", "Connection: close"));
      InputStream in = socket.getInputStream();
      byte[] start = in.readNBytes(400_000);
      assertTrue(new String(start, 0, 15, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 200"));
      seen.countDown();
      byte[] rest = in.readAllBytes();
      assertArrayEquals(
          Arrays.copyOfRange(content, content.length - rest.length, content.length), rest);
    }
  }

  private static void halves(Exchange exchange, byte[] content, CountDownLatch seen)
      throws IOException {
    exchange.send("HTTP/1.1 200 X\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n");
    if (exchange.method().equals("HEAD")) {
      return;
    }
    exchange.send(Arrays.copyOf(content, 500_000));
    try {
      assertTrue(seen.await(60, TimeUnit.SECONDS), "the client has got nothing yet");
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    exchange.send(Arrays.copyOfRange(content, 500_000, 1_000_000));
  }

  @Test
  void goesOnWhereTheLinkToUpstreamBroke() throws IOException {
    byte[] content = TestImage.ofLayerSize(1_000_000).layerBytes();
    Digest digest = Digest.sha256(content);
    try (FaultServer origin = FaultServer.start(exchange -> cut(exchange, content));
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      assertArrayEquals(content, cache.raw.blob("r", digest).is(200).bytes());
      assertTrue(origin.requests().size() > 4, origin.requests()::toString);
    }
  }

  /** No more than 300 kB at once. */
  private static void cut(Exchange exchange, byte[] content) throws IOException {
    String range = exchange.header("range").orElse("bytes=0-999999");
    int from = Integer.parseInt(range.substring(6, range.indexOf('-')));
    exchange.send(
        "HTTP/1.1 " + (from == 0 ? 200 : 206) + " X\r\nConnection: close\r\nContent-Length: ");
    exchange.send((1_000_000 - from) + "\r\n");
    if (from > 0) {
      exchange.send("Content-Range: bytes " + from + "-999999/1000000\r\n");
    }
    exchange.send("\r\n");
    if (!exchange.method().equals("HEAD")) {
      exchange.send(Arrays.copyOfRange(content, from, Math.min(1_000_000, from + 300_000)));
    }
  }

  @Test
  void givesTheWholeBlobForARangeUntilItHasIt() throws IOException {
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      TestImage image = pushed(origin, "x", "v1", 300_000);
      String path = "/v2/x/blobs/" + image.layer().digest();
      assertArrayEquals(
          image.layerBytes(), cache.raw.get(path, "Range", "bytes=5-6").is(200).bytes());
      cache.raw.get(path, "Range", "bytes=5-6").is(206);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 65_536, 300_000})
  void passesOnWithoutStoringWhatHasNoRoom(int size) throws IOException {
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      TestImage image = pushed(origin, "x", "v1", size);
      cache.room = 1000;
      Answer answer = cache.raw.blob("x", image.layer().digest()).is(200);
      assertArrayEquals(image.layerBytes(), answer.bytes());
      assertEquals(List.of(), cache.blobs("x"));
    }
  }

  @Test
  void cutsADamagedBlobThatItPassesOn() throws IOException {
    byte[] content = TestImage.ofLayerSize(400_000).layerBytes();
    Digest digest = Digest.sha256(content);
    content[0] ^= 1;
    try (FaultServer origin = FaultServer.start(exchange -> exchange.reply(200, "", content));
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      cache.room = 1000;
      assertThrows(UncheckedIOException.class, () -> cache.raw.blob("r", digest));
      assertEquals(List.of(), cache.blobs("r"));
    }
  }

  @Test
  void keepsWhatItFetchedOverARestart() throws IOException {
    TestImage image;
    String host;
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      host = origin.host();
      image = pushed(origin, "x", "v1", 100_000);
      cache.raw.manifest("x", "v1").is(200);
      cache.raw.blob("x", image.layer().digest()).is(200);
    }
    try (EmbeddedRegistry cache = cacheOf(host)) {
      assertNotEquals("", cache.raw.manifest("x", "v1").is(200).header("Warning"));
      assertArrayEquals(
          image.layerBytes(), cache.raw.blob("x", image.layer().digest()).is(200).bytes());
    }
  }

  @Test
  void servesWhatIsHereWhileManyWaitForUpstream() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    ExecutorService clients = Executors.newFixedThreadPool(140);
    try (FaultServer origin = FaultServer.start(exchange -> await(end));
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      Digest here = stored(cache, "r", new byte[100]);
      List<Future<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 140; i++) {
        Digest digest = Digest.sha256(new byte[200 + i]);
        answers.add(clients.submit(() -> cache.raw.blob("r", digest)));
      }
      // As many as there are places wait, the others are turned away.
      assertRefused(answers, 140 - 96);
      cache.raw.blob("r", here).is(200);
      end.countDown();
    } finally {
      clients.shutdownNow();
    }
  }

  private static void assertRefused(List<Future<Answer>> answers, int count) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    long ended;
    do {
      ended = answers.stream().filter(Future::isDone).count();
    } while (ended < count && System.nanoTime() < deadline);
    assertEquals(count, ended);
    for (Future<Answer> answer : answers) {
      if (answer.isDone()) {
        assertEquals("30", answer.get().is(429).header("Retry-After"));
      }
    }
  }

  private static void await(CountDownLatch end) throws IOException {
    try {
      assertTrue(end.await(5, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** A blob as if it had been fetched. */
  private static Digest stored(EmbeddedRegistry cache, String name, byte[] content)
      throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(cache.layout(name))) {
      return layout.put(content).digest();
    }
  }

  @Test
  void listsWhatIsNewWhereTheIndexIsFull() throws IOException {
    try (EmbeddedRegistry origin = origin();
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      TestImage old = pushed(origin, "x", "old", 1000);
      cache.raw.manifest("x", "old").is(200);
      cache.raw.blob("x", old.layer().digest()).is(200);
      try (OciLayout layout = OciLayout.openOrCreate(cache.layout("x"))) {
        layout.changeIndex(EmbeddedCacheTest::filled);
      }
      TestImage image = pushed(origin, "x", "new", 2000);
      cache.raw.manifest("x", "new").is(200);
      cache.raw.blob("x", image.layer().digest()).is(200);
      cache.server.keepHouse();
      assertEquals(
          List.of(image.layer().digest().encoded(), image.manifest().digest().encoded()).stream()
              .sorted()
              .toList(),
          cache.blobs("x"));
      assertTrue(Files.size(cache.layout("x").resolve("index.json")) < 2 << 20);
      // Forgotten is not lost.
      assertArrayEquals(old.manifest().bytes(), cache.raw.manifest("x", "old").is(200).bytes());
    }
  }

  @Test
  void fetchesAgainWhatIsSweptWhileItIsAskedFor() throws IOException {
    TestImage image = TestImage.ofLayerSize(10);
    AtomicReference<Path> swept = new AtomicReference<>();
    try (FaultServer origin =
            FaultServer.start(
                exchange -> {
                  if (exchange.method().equals("HEAD") && swept.get() != null) {
                    Files.delete(swept.get());
                    swept.set(null);
                  }
                  image.serve(exchange);
                });
        EmbeddedRegistry cache = cacheOf(origin.host())) {
      cache.raw.manifest("r", "v1").is(200);
      cache.clock.advance(ManifestCache.FRESH);
      swept.set(
          cache.layout("r").resolve("blobs/sha256").resolve(image.manifest().digest().encoded()));
      assertArrayEquals(image.manifest().bytes(), cache.raw.manifest("r", "v1").is(200).bytes());
      cache.raw.manifest("r", "" + image.manifest().digest()).is(200);
    }
  }

  /** With so many entries that not one more has room. */
  private static LayoutIndex filled(LayoutIndex index) throws IOException {
    List<JsonObject> entries = new ArrayList<>();
    String padding = "x".repeat(1000);
    for (int i = 0; i < 3_500; i++) {
      if (i == 2_300) {
        index.entries().forEach(entry -> entries.add(entry.json()));
      }
      Digest digest = Digest.sha256(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
      entries.add(
          Descriptor.of(MediaType.OCI_MANIFEST, digest, 5)
              .withAnnotations(Map.of("padding", padding))
              .json());
    }
    byte[] bytes = JsonObject.empty().withObjects("manifests", entries).bytes();
    return LayoutIndex.parse(bytes, "full index");
  }

  @Test
  void sweepsOldStartsOfBlobsOnceAnHour() throws IOException {
    try (EmbeddedRegistry cache = cacheOf("127.0.0.1:1")) {
      stored(cache, "x", new byte[1]);
      cache.server.keepHouse();
      Path partials = Files.createDirectories(cache.layout("x").resolve(".flint/partial"));
      Path old = partials.resolve(Digest.sha256(new byte[2]).toString().replace(':', '-'));
      Files.write(old, new byte[1000]);
      Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
      Path young = partials.resolve(Digest.sha256(new byte[3]).toString().replace(':', '-'));
      Files.write(young, new byte[1000]);
      cache.server.keepHouse();
      assertTrue(Files.exists(old));
      cache.clock.advance(CacheSweep.PAUSE);
      cache.server.keepHouse();
      assertFalse(Files.exists(old));
      assertTrue(Files.exists(young));
    }
  }
}
