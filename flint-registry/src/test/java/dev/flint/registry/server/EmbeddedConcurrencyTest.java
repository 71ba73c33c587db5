package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once. */
final class EmbeddedConcurrencyTest {
  private static final int CLIENTS = 8;
  private static final int ROUNDS = 6;

  @TempDir Path folder;

  private interface Work {
    void run(int client) throws Exception;
  }

  private static void together(Work work) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        running.add(
            clients.submit(
                () -> {
                  work.run(client);
                  return client;
                }));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void losesNothingWhenManyPushIntoOneRepository() throws Exception {
    try (EmbeddedRegistry registry = new EmbeddedRegistry(folder)) {
      RawRegistry raw = registry.raw;
      together(
          client -> {
            for (int round = 0; round < ROUNDS; round++) {
              Document own = raw.image("busy", "client " + client + " round " + round);
              raw.pushManifest("busy", "c" + client + "-r" + round, own).is(201);
              Document shared = raw.image("busy", "round " + round);
              raw.pushManifest("busy", "shared-" + round, shared).is(201);
              raw.pushManifest("busy", "latest", own).is(201);
              assertArrayEquals(
                  own.bytes(), raw.manifest("busy", own.digest().toString()).is(200).bytes());
            }
          });
      List<String> expected = new ArrayList<>(List.of("latest"));
      for (int round = 0; round < ROUNDS; round++) {
        expected.add("shared-" + round);
        for (int client = 0; client < CLIENTS; client++) {
          expected.add("c" + client + "-r" + round);
        }
      }
      assertEquals(
          expected.stream().sorted().toList(),
          raw.get("/v2/busy/tags/list").json().strings("tags"));
      assertEquals(List.of(), registry.unfinished("busy"));
      for (String tag : expected) {
        assertComplete(raw, tag);
      }
    }
  }

  private static void assertComplete(RawRegistry raw, String tag) throws IOException {
    byte[] bytes = raw.manifest("busy", tag).is(200).bytes();
    Document document = Document.received(bytes, Digest.sha256(bytes), Optional.empty());
    for (Descriptor layer : Manifest.of(document).layers()) {
      raw.blob("busy", layer.digest()).is(200);
    }
  }

  @Test
  void keepsEveryImageCompleteWhileOthersAreDeletedAndCollected() throws Exception {
    try (EmbeddedRegistry registry = new EmbeddedRegistry(folder)) {
      RawRegistry raw = registry.raw;
      Descriptor layer =
          raw.pushBlob("busy", "in all".getBytes(StandardCharsets.UTF_8), MediaType.OCI_LAYER_TAR);
      together(
          client -> {
            for (int round = 0; round < ROUNDS; round++) {
              Document image = raw.image("busy", "image " + client + "." + round);
              Document both =
                  Manifest.create(
                      Manifest.of(image).config(),
                      List.of(layer, Manifest.of(image).layers().get(0)),
                      Map.of());
              raw.pushManifest("busy", "t" + client, both).is(201);
              if (round % 2 == 0) {
                raw.delete("/v2/busy/manifests/" + both.digest()).is(202);
                registry.server.keepHouse();
              } else {
                assertComplete(raw, "t" + client);
              }
            }
          });
      registry.clock.advance(Duration.ofHours(1));
      registry.server.keepHouse();
      for (int client : IntStream.range(0, CLIENTS).toArray()) {
        assertComplete(raw, "t" + client);
      }
    }
  }

  @Test
  void takesTheSameBlobFromTwentyAtOnce() throws Exception {
    int clients = 20;
    try (EmbeddedRegistry registry = new EmbeddedRegistry(folder)) {
      RawRegistry raw = registry.raw;
      byte[] content = new byte[3_000_000];
      new Random(20).nextBytes(content);
      Digest digest = Digest.sha256(content);
      ExecutorService threads = Executors.newFixedThreadPool(clients);
      CyclicBarrier together = new CyclicBarrier(clients);
      try {
        List<Future<?>> pushes = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
          String target = raw.startUpload("x").locationWith("digest=" + digest);
          pushes.add(
              threads.submit(
                  () -> {
                    together.await();
                    raw.send("PUT", target, content, "Content-Type", "application/octet-stream")
                        .is(201);
                    return raw.blob("x", digest).is(200);
                  }));
        }
        for (Future<?> push : pushes) {
          push.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertArrayEquals(content, raw.blob("x", digest).is(200).bytes());
      assertEquals(List.of(), registry.unfinished("x"));
      assertEquals(List.of(digest.encoded()), registry.blobs("x"));
    }
  }

  @Test
  void mountsAndUploadsTheSameBlobAtOnce() throws Exception {
    try (EmbeddedRegistry registry = new EmbeddedRegistry(folder)) {
      RawRegistry raw = registry.raw;
      byte[] content = "the same".getBytes(StandardCharsets.UTF_8);
      Descriptor blob = raw.pushBlob("from", content, MediaType.OCTET_STREAM);
      String mount = "/v2/to/blobs/uploads/?mount=" + blob.digest() + "&from=from";
      together(
          client -> {
            for (int round = 0; round < ROUNDS; round++) {
              if (client % 2 == 0) {
                raw.send("POST", mount).is(201);
              } else {
                raw.pushBlob("to", content, MediaType.OCTET_STREAM);
              }
              assertArrayEquals(content, raw.blob("to", blob.digest()).is(200).bytes());
            }
          });
      assertEquals(List.of(), registry.unfinished("to"));
      assertEquals(List.of(blob.digest().encoded()), registry.blobs("to"));
    }
  }
}
