package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.RegistryRepository;
import dev.flint.registry.server.RawRegistry.Answer;
import dev.flint.registry.testing.TestClient;
import dev.flint.testing.Failures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every registry that Flint works with does, on the wire. */
abstract class RegistryContract {
  private static final String OCTETS = "application/octet-stream";

  /** The registry under test. */
  abstract RawRegistry registry();

  /** A client that may work with it. */
  TestClient client(Path folder) throws IOException {
    return new TestClient(folder);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void saysThatItSpeaksTheApi() {
    Answer answer = registry().get("/v2/").is(200);
    assertEquals("registry/2.0", answer.header("Docker-Distribution-API-Version"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 70_000, 3_000_000})
  void givesBackABlobByteForByte(int size) {
    byte[] content = random(size);
    Digest digest = registry().pushBlob("blob/whole", content, MediaType.OCTET_STREAM).digest();
    Answer head = registry().head("/v2/blob/whole/blobs/" + digest).is(200);
    assertEquals(Integer.toString(size), head.header("Content-Length"));
    assertEquals(digest.toString(), head.header("Docker-Content-Digest"));
    assertEquals(0, head.bytes().length);
    Answer get = registry().blob("blob/whole", digest).is(200);
    assertArrayEquals(content, get.bytes());
    assertEquals(Integer.toString(size), get.header("Content-Length"));
    assertEquals(OCTETS, get.header("Content-Type"));
  }

  @Test
  void takesAPercentEncodedDigest() {
    byte[] content = utf8("percent");
    Digest digest = Digest.sha256(content);
    Answer start = registry().startUpload("blob/percent");
    String target = start.locationWith("digest=sha256%3A" + digest.encoded());
    registry().send("PUT", target, content, "Content-Type", OCTETS).is(201);
    registry().blob("blob/percent", digest).is(200);
  }

  @Test
  void takesChunksInOrder() {
    byte[] content = random(30_000);
    Answer last = registry().startUpload("blob/chunks");
    for (int start = 0; start < content.length; start += 10_000) {
      byte[] chunk = Arrays.copyOfRange(content, start, start + 10_000);
      String range = start + "-" + (start + 9_999);
      last =
          registry()
              .send("PATCH", last.location(), chunk, "Content-Type", OCTETS, "Content-Range", range)
              .is(202);
      assertEquals("0-" + (start + 9_999), last.header("Range"));
    }
    Digest digest = Digest.sha256(content);
    Answer end = registry().send("PUT", last.locationWith("digest=" + digest)).is(201);
    assertTrue(end.location().endsWith("/v2/blob/chunks/blobs/" + digest), end.location());
    assertArrayEquals(content, registry().blob("blob/chunks", digest).is(200).bytes());
  }

  @Test
  void takesTheLastChunkWithThePut() {
    byte[] content = random(20_000);
    Answer patch =
        registry()
            .send(
                "PATCH",
                registry().startUpload("blob/last").location(),
                Arrays.copyOf(content, 15_000),
                "Content-Type",
                OCTETS,
                "Content-Range",
                "0-14999")
            .is(202);
    Digest digest = Digest.sha256(content);
    registry()
        .send(
            "PUT",
            patch.locationWith("digest=" + digest),
            Arrays.copyOfRange(content, 15_000, 20_000),
            "Content-Type",
            OCTETS,
            "Content-Range",
            "15000-19999")
        .is(201);
    assertArrayEquals(content, registry().blob("blob/last", digest).is(200).bytes());
  }

  @Test
  void takesAStreamOfUnknownLength() {
    byte[] content = random(200_000);
    Answer patch =
        registry()
            .send(
                "PATCH",
                registry().startUpload("blob/stream").location(),
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content)),
                "Content-Type",
                OCTETS)
            .is(202);
    Digest digest = Digest.sha256(content);
    registry().send("PUT", patch.locationWith("digest=" + digest)).is(201);
    assertArrayEquals(content, registry().blob("blob/stream", digest).is(200).bytes());
  }

  @Test
  void tellsHowFarAnUploadCame() {
    Answer patch =
        registry()
            .send(
                "PATCH",
                registry().startUpload("blob/status").location(),
                random(1000),
                "Content-Type",
                OCTETS)
            .is(202);
    Answer status = registry().get(patch.location()).is(204);
    assertEquals("0-999", status.header("Range"));
    assertTrue(status.location().contains("/v2/blob/status/blobs/uploads/"), status.location());
  }

  @Test
  void forgetsACancelledUpload() {
    Answer start = registry().startUpload("blob/cancel");
    registry().delete(start.location()).is(204);
    registry().get(start.location()).is(404);
    registry().send("PATCH", start.location(), random(10), "Content-Type", OCTETS).is(404);
  }

  @Test
  void refusesABlobWithAWrongDigest() {
    byte[] content = utf8("not this");
    Digest other = Digest.sha256(utf8("but that"));
    Answer put =
        registry()
            .send(
                "PUT",
                registry().startUpload("blob/wrong").locationWith("digest=" + other),
                content,
                "Content-Type",
                OCTETS)
            .is(400);
    assertEquals("DIGEST_INVALID", put.problem());
    registry().blob("blob/wrong", other).is(404);
    registry().blob("blob/wrong", Digest.sha256(content)).is(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "digest=", "digest=sha256:abc", "digest=nonsense"})
  void refusesToFinishWithoutAWellFormedDigest(String query) {
    Answer put =
        registry()
            .send(
                "PUT",
                registry().startUpload("blob/malformed").locationWith(query),
                utf8("x"),
                "Content-Type",
                OCTETS)
            .is(400);
    assertEquals("DIGEST_INVALID", put.problem());
  }

  @Test
  void doesNotKnowABlobThatWasNeverPushed() {
    registry().pushBlob("blob/unknown", utf8("one"), MediaType.OCTET_STREAM);
    Digest absent = Digest.sha256(utf8("never pushed"));
    Answer get = registry().blob("blob/unknown", absent).is(404);
    assertEquals("BLOB_UNKNOWN", get.problem());
    Answer head = registry().head("/v2/blob/unknown/blobs/" + absent).is(404);
    assertEquals(0, head.bytes().length);
  }

  @Test
  void givesAPartOfABlob() {
    byte[] content = random(5000);
    Digest digest = registry().pushBlob("blob/range", content, MediaType.OCTET_STREAM).digest();
    String path = "/v2/blob/range/blobs/" + digest;
    Answer middle = registry().get(path, "Range", "bytes=100-199").is(206);
    assertEquals("bytes 100-199/5000", middle.header("Content-Range"));
    assertArrayEquals(Arrays.copyOfRange(content, 100, 200), middle.bytes());
    Answer rest = registry().get(path, "Range", "bytes=4990-").is(206);
    assertEquals("bytes 4990-4999/5000", rest.header("Content-Range"));
    assertArrayEquals(Arrays.copyOfRange(content, 4990, 5000), rest.bytes());
    Answer suffix = registry().get(path, "Range", "bytes=-10").is(206);
    assertArrayEquals(Arrays.copyOfRange(content, 4990, 5000), suffix.bytes());
    String tag = suffix.header("ETag");
    registry().get(path, "Range", "bytes=1-2", "If-Range", tag).is(206);
    registry().get(path, "Range", "bytes=1-2", "If-Range", "\"other\"").is(200);
  }

  @Test
  void givesTheClientAnyPartOfABlob(@TempDir Path folder) throws IOException {
    byte[] content = random(5_000);
    Descriptor blob = registry().pushBlob("blob/part", content, MediaType.OCTET_STREAM);
    RegistryRepository repository =
        client(folder).client().repository(Reference.parse(registry().host() + "/blob/part"));
    for (int[] part : new int[][] {{0, 1}, {0, 5_000}, {100, 200}, {4_999, 5_000}, {7, 5_000}}) {
      int length = part[1] - part[0];
      try (InputStream in = repository.range(blob, part[0], length).orElseThrow()) {
        assertArrayEquals(Arrays.copyOfRange(content, part[0], part[1]), in.readAllBytes());
      }
    }
    // As after a blob has been replaced: what is asked for lies behind its end.
    Descriptor longer = Descriptor.of(MediaType.OCTET_STREAM, blob.digest(), 6_000);
    assertTrue(repository.range(longer, 5_500, 500).isEmpty());
    Failures.expect(ErrorCode.PROTOCOL, () -> repository.range(longer, 4_000, 1_000));
    Descriptor missing = Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(new byte[9]), 9);
    Failures.expect(ErrorCode.NOT_FOUND, () -> repository.range(missing, 0, 9));
  }

  @Test
  void mountsABlobOfAnotherRepository() {
    byte[] content = utf8("mounted");
    Digest digest = registry().pushBlob("mount/from", content, MediaType.OCTET_STREAM).digest();
    String to = "/v2/mount/to/blobs/uploads/?mount=" + digest;
    registry().send("POST", to + "&from=mount/from").is(201);
    assertArrayEquals(content, registry().blob("mount/to", digest).is(200).bytes());
  }

  @Test
  void offersAnUploadWhenItCannotMount() {
    Digest absent = Digest.sha256(utf8("in no repository"));
    for (String query :
        List.of(
            "mount=" + absent + "&from=mount/nowhere",
            "mount=" + absent,
            "mount=nonsense&from=mount/nowhere")) {
      Answer answer = registry().send("POST", "/v2/mount/none/blobs/uploads/?" + query).is(202);
      registry().delete(answer.location()).is(204);
    }
  }

  @Test
  void deletesABlob() {
    Digest digest =
        registry().pushBlob("blob/gone", utf8("soon gone"), MediaType.OCTET_STREAM).digest();
    String path = "/v2/blob/gone/blobs/" + digest;
    registry().delete(path).is(202);
    registry().get(path).is(404);
    registry().delete(path).is(404);
  }

  @Test
  void givesBackAManifestByTagAndByDigest() {
    Document image = registry().image("manifest/both", "both");
    Answer push = registry().pushManifest("manifest/both", "v1", image).is(201);
    assertEquals(image.digest().toString(), push.header("Docker-Content-Digest"));
    assertTrue(push.location().contains("/v2/manifest/both/manifests/"), push.location());
    for (String reference : List.of("v1", image.digest().toString())) {
      Answer get = registry().manifest("manifest/both", reference).is(200);
      assertArrayEquals(image.bytes(), get.bytes());
      assertEquals(image.mediaType().value(), get.header("Content-Type"));
      assertEquals(image.digest().toString(), get.header("Docker-Content-Digest"));
      String path = "/v2/manifest/both/manifests/" + reference;
      Answer head = registry().head(path, "Accept", RawRegistry.ACCEPT).is(200);
      assertEquals(
          Integer.toString(image.bytes().length), head.header("Content-Length"), reference);
      assertEquals(image.digest().toString(), head.header("Docker-Content-Digest"));
      assertEquals(image.mediaType().value(), head.header("Content-Type"));
    }
  }

  @Test
  void keepsWhiteSpaceAndUnknownMembersOfAManifest() throws IOException {
    Document image = registry().image("manifest/exact", "exact");
    JsonObject odd = image.json().with("x-odd", JsonObject.empty().with("n", 1));
    byte[] bytes = odd.prettyBytes();
    registry().pushManifest("manifest/exact", "odd", image.mediaType().value(), bytes).is(201);
    assertArrayEquals(bytes, registry().manifest("manifest/exact", "odd").is(200).bytes());
  }

  @Test
  void takesAManifestByDigestWithoutATag() {
    Document image = registry().image("manifest/digest", "digest");
    String digest = image.digest().toString();
    registry().pushManifest("manifest/digest", digest, image).is(201);
    registry().manifest("manifest/digest", digest).is(200);
    Answer wrong =
        registry()
            .pushManifest("manifest/digest", Digest.sha256(utf8("other")).toString(), image)
            .is(400);
    assertEquals("DIGEST_INVALID", wrong.problem());
  }

  @Test
  void doesNotKnowAManifestThatWasNeverPushed() {
    registry().pushManifest("manifest/un", "v1", registry().image("manifest/un", "un")).is(201);
    assertEquals("MANIFEST_UNKNOWN", registry().manifest("manifest/un", "v2").is(404).problem());
    String absent = Digest.sha256(utf8("absent")).toString();
    assertEquals("MANIFEST_UNKNOWN", registry().manifest("manifest/un", absent).is(404).problem());
    registry().manifest("manifest/un", ".hidden").is(404);
  }

  @Test
  void refusesAManifestWhoseBlobsAreMissing() {
    Document complete = registry().image("manifest/missing", "complete");
    Descriptor absent =
        Descriptor.of(MediaType.OCI_LAYER_TAR, Digest.sha256(utf8("absent layer")), 12);
    Document manifest = manifestWith(complete, absent);
    Answer push = registry().pushManifest("manifest/missing", "v1", manifest);
    assertTrue(push.status() == 400 || push.status() == 404, push::text);
    assertEquals("MANIFEST_BLOB_UNKNOWN", push.problem());
    assertTrue(push.text().contains(absent.digest().toString()), push::text);
    registry().manifest("manifest/missing", "v1").is(404);
    registry().manifest("manifest/missing", manifest.digest().toString()).is(404);
  }

  private static Document manifestWith(Document other, Descriptor layer) {
    try {
      return Manifest.create(Manifest.of(other).config(), List.of(layer), Map.of());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void takesAnIndexOnlyAfterItsManifests() {
    Document one = registry().image("index/one", "one");
    Document index = ImageIndex.create(List.of(one.descriptor()));
    Answer early = registry().pushManifest("index/one", "all", index);
    assertTrue(early.status() == 400 || early.status() == 404, early::text);
    registry().pushManifest("index/one", one.digest().toString(), one).is(201);
    registry().pushManifest("index/one", "all", index).is(201);
    Answer get = registry().manifest("index/one", "all").is(200);
    assertEquals(MediaType.OCI_INDEX.value(), get.header("Content-Type"));
    assertArrayEquals(index.bytes(), get.bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "no json at all"})
  void refusesAManifestThatIsNone(String text) {
    Answer push =
        registry()
            .pushManifest("manifest/none", "v1", MediaType.OCI_MANIFEST.value(), utf8(text))
            .is(400);
    assertEquals("MANIFEST_INVALID", push.problem());
    assertEquals(404, registry().manifest("manifest/none", "v1").status());
  }

  @Test
  void refusesAManifestThatContradictsItsContentType() {
    Document image = registry().image("manifest/type", "type");
    Answer push =
        registry()
            .pushManifest("manifest/type", "v1", MediaType.DOCKER_MANIFEST.value(), image.bytes())
            .is(400);
    assertEquals("MANIFEST_INVALID", push.problem());
  }

  @Test
  void refusesAManifestOverFourMebibytes() {
    Document image = registry().image("manifest/long", "long");
    byte[] bytes =
        image.json().withMap("annotations", Map.of("x", "y".repeat(4 * 1024 * 1024))).bytes();
    Answer push = registry().pushManifest("manifest/long", "v1", image.mediaType().value(), bytes);
    assertTrue(push.status() == 400 || push.status() == 413, push::text);
    assertEquals("MANIFEST_INVALID", push.problem());
    registry().get("/v2/").is(200);
  }

  @Test
  void takesAManifestOfAlmostFourMebibytes() {
    Document image = registry().image("manifest/wide", "wide");
    byte[] bytes = image.json().withMap("annotations", Map.of("x", "y".repeat(4_000_000))).bytes();
    registry().pushManifest("manifest/wide", "v1", image.mediaType().value(), bytes).is(201);
    assertArrayEquals(bytes, registry().manifest("manifest/wide", "v1").is(200).bytes());
  }

  @Test
  void movesATag() {
    Document first = registry().image("tags/move", "first");
    Document second = registry().image("tags/move", "second");
    registry().pushManifest("tags/move", "latest", first).is(201);
    registry().pushManifest("tags/move", "latest", second).is(201);
    assertArrayEquals(second.bytes(), registry().manifest("tags/move", "latest").bytes());
    registry().manifest("tags/move", first.digest().toString()).is(200);
  }

  @Test
  void listsTags() throws IOException {
    Document image = registry().image("tags/list", "list");
    for (String tag : List.of("b", "a", "c-1.0_X")) {
      registry().pushManifest("tags/list", tag, image).is(201);
    }
    JsonObject list = registry().get("/v2/tags/list/tags/list").is(200).json();
    assertEquals("tags/list", list.requiredString("name"));
    assertEquals(List.of("a", "b", "c-1.0_X"), list.strings("tags").stream().sorted().toList());
    Answer unknown = registry().get("/v2/tags/nowhere/tags/list").is(404);
    assertEquals("NAME_UNKNOWN", unknown.problem());
  }

  @Test
  void deletesAManifestWithItsTags() throws IOException {
    Document gone = registry().image("manifest/gone", "gone");
    Document stays = registry().image("manifest/gone", "stays");
    registry().pushManifest("manifest/gone", "a", gone).is(201);
    registry().pushManifest("manifest/gone", "b", gone).is(201);
    registry().pushManifest("manifest/gone", "c", stays).is(201);
    String path = "/v2/manifest/gone/manifests/" + gone.digest();
    registry().delete(path).is(202);
    registry().manifest("manifest/gone", gone.digest().toString()).is(404);
    registry().manifest("manifest/gone", "a").is(404);
    registry().manifest("manifest/gone", "c").is(200);
    assertEquals(
        List.of("c"), registry().get("/v2/manifest/gone/tags/list").json().strings("tags"));
    registry().delete(path).is(404);
  }

  @Test
  void listsRepositories() throws IOException {
    Document image = registry().image("catalog/one", "one");
    registry().pushManifest("catalog/one", "v1", image).is(201);
    List<String> names =
        registry().get("/v2/_catalog?n=1000").is(200).json().strings("repositories");
    assertTrue(names.contains("catalog/one"), names::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPPER",
        "a//b",
        "../escape",
        "%2e%2e/escape",
        "a/..%2f..%2fb",
        "_oci",
        "a_-b",
        "-a"
      })
  void refusesAMalformedName(String name) {
    Answer answer = registry().send("POST", "/v2/" + name + "/blobs/uploads/");
    assertTrue(answer.status() >= 300 && answer.status() < 500, () -> "" + answer.status());
  }

  @Test
  void servesTheSameClientAfterARefusedBody() {
    byte[] content = random(300_000);
    for (int i = 0; i < 3; i++) {
      registry()
          .send("PUT", "/v2/blob/reuse/blobs/uploads/no-such-upload?digest=sha256:0", content)
          .status();
      registry().get("/v2/").is(200);
    }
  }
}
