package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.server.RawRegistry.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the embedded registry demands of manifests, and what becomes of deleted ones. */
final class EmbeddedManifestTest {
  @TempDir Path folder;
  private EmbeddedRegistry registry;
  private RawRegistry raw;

  @BeforeEach
  void start() throws IOException {
    registry = new EmbeddedRegistry(folder);
    raw = registry.raw;
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private static Descriptor absent(String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return Descriptor.of(MediaType.OCI_LAYER_TAR, Digest.sha256(bytes), bytes.length);
  }

  private static Document with(Document image, List<Descriptor> layers) throws IOException {
    return Manifest.create(Manifest.of(image).config(), layers, Map.of());
  }

  private List<String> tags(String name) throws IOException {
    return raw.get("/v2/" + name + "/tags/list").is(200).json().strings("tags");
  }

  @Test
  void namesAllMissingBlobs() throws IOException {
    Document manifest = with(raw.image("m", "a"), List.of(absent("one"), absent("two")));
    Answer answer = raw.pushManifest("m", "v1", manifest).is(404);
    List<JsonObject> errors = answer.json().objects("errors");
    assertEquals(2, errors.size());
    assertEquals("MANIFEST_BLOB_UNKNOWN", errors.get(1).requiredString("code"));
    assertEquals(
        absent("two").digest().toString(),
        errors.get(1).object("detail").orElseThrow().requiredString("digest"));
  }

  @Test
  void namesMissingChildrenOfAnIndex() {
    Document index = ImageIndex.create(List.of(raw.image("m", "a").descriptor()));
    assertEquals("MANIFEST_BLOB_UNKNOWN", raw.pushManifest("m", "v1", index).is(404).problem());
  }

  @Test
  void refusesADescriptorWithAnotherSizeThanTheBlob() throws IOException {
    Document image = raw.image("m", "a");
    Descriptor layer = Manifest.of(image).layers().get(0);
    Descriptor wrong = Descriptor.of(layer.mediaType(), layer.digest(), layer.size() + 1);
    Answer answer = raw.pushManifest("m", "v1", with(image, List.of(wrong))).is(400);
    assertEquals("SIZE_INVALID", answer.problem());
    raw.manifest("m", "v1").is(404);
  }

  @Test
  void takesALayerThatLivesElsewhere() throws IOException {
    Descriptor foreign =
        Descriptor.of(
            absent("elsewhere").json().withStrings("urls", List.of("https://example.com/layer")));
    raw.pushManifest("m", "v1", with(raw.image("m", "a"), List.of(foreign))).is(201);
  }

  @Test
  void takesTheTypeFromTheHeaderWhenTheManifestHasNone() {
    Document image = raw.image("m", "a");
    byte[] bytes = image.json().without("mediaType").bytes();
    raw.pushManifest("m", "v1", MediaType.DOCKER_MANIFEST.value(), bytes).is(201);
    assertEquals(
        MediaType.DOCKER_MANIFEST.value(), raw.manifest("m", "v1").is(200).header("Content-Type"));
  }

  @Test
  void refusesADocumentThatIsManifestAndIndexAtOnce() {
    JsonObject both = raw.image("m", "a").json().withObjects("manifests", List.of());
    Answer answer =
        raw.pushManifest("m", "v1", MediaType.OCI_MANIFEST.value(), both.bytes()).is(400);
    assertEquals("MANIFEST_INVALID", answer.problem());
    raw.pushManifest("m", "v1", "application/json", both.bytes()).is(400);
    raw.pushManifest("m", "v1", "text/ plain", both.bytes()).is(400);
  }

  @Test
  void saysTooLargeBeforeReading() {
    byte[] bytes = new byte[4 * 1024 * 1024 + 1];
    assertEquals(
        "MANIFEST_INVALID",
        raw.pushManifest("m", "v1", MediaType.OCI_MANIFEST.value(), bytes).is(413).problem());
  }

  /** Longer than what is looked at without waiting for others. */
  private static byte[] large(Document image) throws IOException {
    return image
        .json()
        .with("annotations", JsonObject.empty().with("padding", "x".repeat(300_000)))
        .bytes();
  }

  @Test
  void takesALargeManifestWhileOthersComeSlowly() throws IOException {
    byte[] large = large(raw.image("m", "a"));
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), registry.server.address().getPort());
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                EmbeddedRegistry.head(
                    "PUT /v2/m/manifests/slow HTTP/1.1",
                    "Host: x",
                    "Expect: 100-continue",
                    "Content-Length: " + large.length));
        // The server asks for the body when it takes the request.
        assertEquals('H', socket.getInputStream().read());
        socket.getOutputStream().write(large, 0, large.length / 2);
      }
      raw.pushManifest("m", "v1", MediaType.OCI_MANIFEST.value(), large).is(201);
      assertArrayEquals(large, raw.manifest("m", "v1").is(200).bytes());
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void saysThatALargeManifestIsDamaged() throws IOException {
    byte[] large = large(raw.image("m", "a"));
    raw.pushManifest("m", "v1", MediaType.OCI_MANIFEST.value(), large).is(201);
    assertEquals(List.of(), registry.unfinished("m"));
    Path file =
        registry.layout("m").resolve("blobs/sha256").resolve(Digest.sha256(large).encoded());
    large[large.length - 1] ^= 1;
    Files.write(file, large);
    raw.manifest("m", "v1").is(500);
    raw.head("/v2/m/manifests/v1").is(200);
  }

  @Test
  void refusesATagThatIsNone() {
    Document image = raw.image("m", "a");
    raw.pushManifest("m", "-x", image).is(400);
    raw.pushManifest("m", "x".repeat(129), image).is(400);
    raw.pushManifest("m", "..%2f..%2fx", image).is(400);
    raw.pushManifest("m", "sha256:abc", image).is(400);
    raw.pushManifest("m", "x".repeat(128), image).is(201);
  }

  @Test
  void takesAManifestBySha512() throws IOException {
    Document image = raw.image("m", "a");
    Digest digest = Digest.parse("sha512:" + "0".repeat(128)).sameAlgorithm(image.bytes());
    Answer push = raw.pushManifest("m", digest.toString(), image).is(201);
    assertEquals(digest.toString(), push.header("Docker-Content-Digest"));
    Answer get = raw.manifest("m", digest.toString()).is(200);
    assertEquals(digest.toString(), get.header("Docker-Content-Digest"));
    assertArrayEquals(image.bytes(), get.bytes());
  }

  @Test
  void sendsNothingThatTheClientHasAlready() {
    raw.pushManifest("m", "v1", raw.image("m", "a")).is(201);
    String tag = raw.manifest("m", "v1").is(200).header("ETag");
    Answer again = raw.get("/v2/m/manifests/v1", "If-None-Match", tag).is(304);
    assertEquals(0, again.bytes().length);
    raw.get("/v2/m/manifests/v1", "If-None-Match", "\"other\"").is(200);
  }

  @Test
  void deletesATagAloneAndKeepsTheManifest() throws IOException {
    Document image = raw.image("m", "a");
    raw.pushManifest("m", "a", image).is(201);
    raw.pushManifest("m", "b", image).is(201);
    raw.delete("/v2/m/manifests/a").is(202);
    raw.delete("/v2/m/manifests/a").is(404);
    assertEquals(List.of("b"), tags("m"));
    raw.delete("/v2/m/manifests/b").is(202);
    assertEquals(List.of(), tags("m"));
    raw.manifest("m", "b").is(404);
    raw.manifest("m", image.digest().toString()).is(200);
  }

  @Test
  void doesNotDeleteAManifestAsABlob() {
    Document image = raw.image("m", "a");
    raw.pushManifest("m", "v1", image).is(201);
    Answer answer = raw.delete("/v2/m/blobs/" + image.digest()).is(405);
    assertEquals("UNSUPPORTED", answer.problem());
    raw.manifest("m", "v1").is(200);
  }

  @Test
  void freesTheBlobsOfADeletedManifestWhenTheRepositoryIsQuiet() throws IOException {
    Document gone = raw.image("m", "gone");
    Document stays = with(raw.image("m", "stays"), Manifest.of(gone).layers());
    raw.pushManifest("m", "gone", gone).is(201);
    raw.pushManifest("m", "stays", stays).is(201);
    int before = registry.blobs("m").size();
    raw.delete("/v2/m/manifests/" + gone.digest()).is(202);
    registry.clock.advance(Duration.ofMinutes(9));
    registry.server.keepHouse();
    assertEquals(before, registry.blobs("m").size());

    raw.head("/v2/m/blobs/" + Manifest.of(gone).config().digest()).is(200);
    registry.clock.advance(Duration.ofMinutes(9));
    registry.server.keepHouse();
    assertEquals(before, registry.blobs("m").size(), "somebody was told that the blob is there");

    registry.clock.advance(Duration.ofMinutes(2));
    registry.server.keepHouse();
    List<String> after = registry.blobs("m");
    assertFalse(after.contains(gone.digest().encoded()));
    assertFalse(after.contains(Manifest.of(gone).config().digest().encoded()));
    assertTrue(after.contains(Manifest.of(gone).layers().get(0).digest().encoded()), "is shared");
    raw.manifest("m", "stays").is(200);
  }

  @Test
  void freesTheBlobsOfADeletedManifestWhenItStops() throws IOException {
    Document gone = raw.image("m", "gone");
    raw.pushManifest("m", "gone", gone).is(201);
    raw.delete("/v2/m/manifests/" + gone.digest()).is(202);
    registry.close();
    assertEquals(List.of(), registry.blobs("m"));
  }

  @Test
  void keepsTheBlobsOfAManifestThatCameBack() throws IOException {
    Document image = raw.image("m", "back");
    raw.pushManifest("m", "v1", image).is(201);
    int before = registry.blobs("m").size();
    raw.delete("/v2/m/manifests/" + image.digest()).is(202);
    raw.pushManifest("m", "v2", image).is(201);
    registry.clock.advance(Duration.ofHours(1));
    registry.server.keepHouse();
    assertEquals(before, registry.blobs("m").size());
  }
}
