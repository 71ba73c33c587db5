package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.registry.server.RawRegistry.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The registry is killed (SIGKILL) at random moments while several clients do one kind of thing
 * over and over. Then no half blob is to be seen, and what was answered with success is there.
 */
final class EmbeddedKillIT {
  private static final int CLIENTS = 4;

  /** Those who push one blob at once. */
  private static final int MANY_CLIENTS = 20;

  private static final int KILLS = 4;
  private static final int SIZE = 400_000;
  private static final String OCTETS = "application/octet-stream";

  @TempDir Path folder;
  private final Random random = new Random(9);

  /** Paths, and the status of a GET of each by what was answered. */
  private final Map<String, Integer> known = new ConcurrentHashMap<>();

  /** Lists of referrers, and whom they must show. */
  private final Map<String, String> referrers = new ConcurrentHashMap<>();

  /** One permit for each thing that was done. */
  private final Semaphore acted = new Semaphore(0);

  private enum Kind {
    POST,
    CHUNKS,
    SAME,
    MOUNT,
    MANIFEST,
    REFERRER,
    DELETE_MANIFEST,
    DELETE_BLOB
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void leavesNothingHalf(Kind kind) throws Exception {
    Path registry = folder.resolve("registry");
    for (int round = 0; round < KILLS; round++) {
      int start = round * 1_000_000;
      try (RegistryProcess process = RegistryProcess.startShort(registry)) {
        RawRegistry raw = new RawRegistry(process.address());
        assertKnown(raw);
        int clients = kind == Kind.SAME ? MANY_CLIENTS : CLIENTS;
        whileKilled(process, clients, client -> act(kind, raw, start + client * 100_000));
      }
      assertNothingHalf(registry);
    }
    try (RegistryProcess process = RegistryProcess.startShort(registry)) {
      assertKnown(new RawRegistry(process.address()));
    }
    assertFalse(known.isEmpty() && referrers.isEmpty());
  }

  private interface Client {
    /** Works until the registry is gone. */
    void run(int number);
  }

  private void whileKilled(RegistryProcess process, int count, Client work) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(count);
    acted.drainPermits();
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        running.add(
            clients.submit(
                () -> {
                  try {
                    work.run(number);
                  } catch (UncheckedIOException e) {
                    // Killed, as it should be.
                  }
                }));
      }
      // Some clients are in the middle of something then, whatever it is.
      assertTrue(acted.tryAcquire(1 + random.nextInt(8), 2, TimeUnit.MINUTES), "nothing happens");
      process.killAfter(random.nextInt(40));
      for (Future<?> client : running) {
        client.get();
      }
    } finally {
      clients.shutdownNow();
    }
  }

  private void act(Kind kind, RawRegistry raw, int start) {
    for (int i = start; ; i++) {
      switch (kind) {
        case POST -> post(raw, "x", content(i));
        case CHUNKS -> chunks(raw, content(i));
        case SAME -> post(raw, "x", content(i % 100_000));
        case MOUNT -> {
          Digest digest = post(raw, "from", content(i));
          raw.send("POST", "/v2/to/blobs/uploads/?mount=" + digest + "&from=from").is(201);
          known.put("/v2/to/blobs/" + digest, 200);
        }
        case MANIFEST -> push(raw, i);
        case REFERRER -> refer(raw, i);
        case DELETE_MANIFEST -> {
          String path = push(raw, i);
          known.remove(path);
          known.remove("/v2/x/manifests/t" + i);
          raw.delete(path).is(202);
          known.put(path, 404);
        }
        case DELETE_BLOB -> {
          String path = "/v2/x/blobs/" + post(raw, "x", content(i));
          known.remove(path);
          raw.delete(path).is(202);
          known.put(path, 404);
        }
      }
      acted.release();
    }
  }

  private static byte[] content(int seed) {
    byte[] content = new byte[SIZE];
    new Random(seed).nextBytes(content);
    return content;
  }

  private Digest post(RawRegistry raw, String name, byte[] content) {
    Digest digest = Digest.sha256(content);
    raw.send(
            "POST",
            "/v2/" + name + "/blobs/uploads/?digest=" + digest,
            content,
            "Content-Type",
            OCTETS)
        .is(201);
    known.put("/v2/" + name + "/blobs/" + digest, 200);
    return digest;
  }

  private void chunks(RawRegistry raw, byte[] content) {
    Answer last = raw.startUpload("x");
    for (int from = 0; from < SIZE; from += SIZE / 4) {
      byte[] chunk = Arrays.copyOfRange(content, from, from + SIZE / 4);
      last = raw.send("PATCH", last.location(), chunk, "Content-Type", OCTETS).is(202);
    }
    Digest digest = Digest.sha256(content);
    raw.send("PUT", last.locationWith("digest=" + digest)).is(201);
    known.put("/v2/x/blobs/" + digest, 200);
  }

  private String push(RawRegistry raw, int number) {
    Document image = raw.image("x", "image " + number);
    raw.pushManifest("x", "t" + number, image).is(201);
    String path = "/v2/x/manifests/" + image.digest();
    known.put(path, 200);
    known.put("/v2/x/manifests/t" + number, 200);
    return path;
  }

  /** Something about an image that may come later, or never. */
  private void refer(RawRegistry raw, int number) {
    Digest subject = Digest.sha256(content(number));
    JsonObject json =
        raw.image("x", "about " + number)
            .json()
            .with("subject", Descriptor.of(MediaType.OCI_MANIFEST, subject, SIZE).json());
    Document referrer = Document.of(MediaType.OCI_MANIFEST, json);
    raw.pushManifest("x", referrer.digest().toString(), referrer).is(201);
    referrers.put("/v2/x/referrers/" + subject, referrer.digest().toString());
  }

  private void assertKnown(RawRegistry raw) {
    known.forEach((path, status) -> assertEquals(status, raw.get(path).status(), path));
    referrers.forEach(
        (path, digest) ->
            assertTrue(raw.get(path).is(200).text().contains(digest), () -> path + " lacks one"));
  }

  private static void assertNothingHalf(Path registry) throws IOException {
    List<Path> layouts;
    try (Stream<Path> files = Files.walk(registry)) {
      layouts = files.filter(file -> file.endsWith("_oci")).toList();
    }
    for (Path folder : layouts) {
      try (Stream<Path> blobs = Files.list(folder.resolve("blobs/sha256"))) {
        for (Path blob : blobs.toList()) {
          Digest actual = Digest.sha256(Files.readAllBytes(blob));
          assertEquals(String.valueOf(blob.getFileName()), actual.encoded());
        }
      }
      try (OciLayout layout = OciLayout.openOrCreate(folder)) {
        for (Descriptor entry : layout.index().entries()) {
          Manifest manifest = Manifest.of(layout.document(entry));
          layout.require(manifest.config());
          for (Descriptor layer : manifest.layers()) {
            layout.require(layer);
          }
        }
      }
    }
  }

  @Test
  void leavesNothingHalfOfWhatItFetches() throws Exception {
    Path cache = folder.resolve("cache");
    try (EmbeddedRegistry origin = new EmbeddedRegistry(folder.resolve("origin"))) {
      List<Digest> digests = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        byte[] content = new byte[5_000_000];
        new Random(i).nextBytes(content);
        digests.add(origin.raw.pushBlob("x", content, MediaType.OCTET_STREAM).digest());
      }
      for (int round = 0; round < KILLS; round++) {
        try (RegistryProcess process = RegistryProcess.startShort(cache, origin.host())) {
          RawRegistry raw = new RawRegistry(process.address());
          whileKilled(process, CLIENTS, client -> readAll(raw, digests));
        }
        assertNothingHalf(cache);
      }
      try (RegistryProcess process = RegistryProcess.startShort(cache, origin.host())) {
        RawRegistry raw = new RawRegistry(process.address());
        for (Digest digest : digests) {
          assertEquals(digest, Digest.sha256(raw.blob("x", digest).is(200).bytes()));
        }
      }
    }
  }

  private void readAll(RawRegistry raw, List<Digest> digests) {
    for (Digest digest : digests) {
      assertEquals(digest, Digest.sha256(raw.blob("x", digest).is(200).bytes()));
      acted.release();
    }
  }
}
