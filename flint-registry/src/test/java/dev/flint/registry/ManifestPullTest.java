package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.Exchange;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests of registries that lie, break off or are something else altogether. */
class ManifestPullTest {
  private static final String TYPE = "Content-Type: " + MediaType.OCI_MANIFEST;

  @TempDir Path folder;
  private TestClient user;
  private TestImage image;

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(1000);
  }

  @Test
  void pullsAnImageByteForByteByTagAndByDigest() throws IOException {
    try (FaultServer server = FaultServer.start(image::serve)) {
      for (String name : new String[] {":t", "@" + image.manifest().digest()}) {
        Reference reference = Reference.parse(server.host() + "/r" + name);
        assertEquals(image.manifest(), user.pull(reference));
        assertArrayEquals(
            image.manifest().bytes(), user.images().resolve(reference).orElseThrow().bytes());
        assertArrayEquals(image.configBytes(), user.images().layout().read(image.config()));
        assertArrayEquals(image.layerBytes(), user.images().layout().read(image.layer()));
      }
    }
  }

  @Test
  void asksForEveryKindOfManifestAndForTheTrueBytes() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (x.target().contains("/manifests/")) {
                assertEquals(
                    "application/vnd.oci.image.index.v1+json,"
                        + " application/vnd.oci.image.manifest.v1+json,"
                        + " application/vnd.docker.distribution.manifest.list.v2+json,"
                        + " application/vnd.docker.distribution.manifest.v2+json",
                    x.header("accept").orElse(""));
              }
              assertEquals("identity", x.header("accept-encoding").orElse(""));
              assertEquals("flint/test", x.header("user-agent").orElse(""));
              image.serve(x);
            })) {
      user.pull(Reference.parse(server.host() + "/r:t"));
    }
  }

  /** C5. */
  @Test
  void refusesOtherBytesThanTheDigestAskedFor() throws IOException {
    byte[] other = TestImage.ofLayerSize(5).manifest().bytes();
    try (FaultServer server = FaultServer.start(x -> x.reply(200, TYPE, other))) {
      Reference reference = Reference.parse(server.host() + "/r@" + image.manifest().digest());
      assertFails(ErrorCode.INTEGRITY, () -> user.pull(reference));
      user.assertHasNothing();
    }
  }

  /** A4. */
  @ParameterizedTest
  @ValueSource(strings = {"sha256", "sha512"})
  void checksADigestOfEitherAlgorithm(String algorithm) throws IOException {
    Digest digest =
        (algorithm.equals("sha256")
                ? image.manifest().digest()
                : new Digest("sha512", "0".repeat(128)))
            .sameAlgorithm(image.manifest().bytes());
    try (FaultServer server = FaultServer.start(image::serve)) {
      Reference reference = Reference.parse(server.host() + "/r@" + digest);
      assertEquals(digest, user.pull(reference).digest());
    }
  }

  @Test
  void refusesWhatTheRegistryItselfSaysIsDamaged() throws IOException {
    Digest other = Digest.sha256(new byte[0]);
    try (FaultServer server =
        FaultServer.start(
            x ->
                x.reply(
                    200, TYPE + "\r\nDocker-Content-Digest: " + other, image.manifest().bytes()))) {
      refused(server, ErrorCode.INTEGRITY);
    }
  }

  @Test
  void takesADigestOfAnotherAlgorithmForNoStatement() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (x.target().contains("/manifests/")) {
                x.reply(
                    200,
                    TYPE + "\r\nDocker-Content-Digest: sha512:" + "0".repeat(128),
                    image.manifest().bytes());
              } else {
                image.serve(x);
              }
            })) {
      user.pull(Reference.parse(server.host() + "/r:t"));
    }
  }

  /** C7. */
  @ParameterizedTest
  @CsvSource({
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
  })
  void refusesADocumentThatIsNotWhatTheHeaderSays(String type) throws IOException {
    try (FaultServer server =
        FaultServer.start(x -> x.reply(200, "Content-Type: " + type, image.manifest().bytes()))) {
      refused(server, ErrorCode.PROTOCOL);
    }
  }

  /** C7. */
  @Test
  void refusesAnIndexInTheClothesOfAManifest() throws IOException {
    byte[] untyped = utf8("{\"schemaVersion\":2,\"manifests\":[]}");
    try (FaultServer server = FaultServer.start(x -> x.reply(200, TYPE, untyped))) {
      refused(server, ErrorCode.PROTOCOL);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Content-Type: text/plain",
        "Content-Type: application/vnd.oci.image.manifest.v1+json; charset=utf-8",
        "Content-Type: APPLICATION/vnd.oci.image.manifest.v1+json",
        "Content-Type: application/json",
      })
  void aHeaderThatSaysLittleIsNoContradiction(String type) throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (x.target().contains("/manifests/")) {
                x.reply(200, type, image.manifest().bytes());
              } else {
                image.serve(x);
              }
            })) {
      assertEquals(image.manifest(), user.pull(Reference.parse(server.host() + "/r:t")));
    }
  }

  /** C8, C13. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>welcome to the hotel wifi</html>",
        "",
        "{",
        "{} {}",
        "\ufeff{}",
        "{}",
        "{\"config\":{},\"manifests\":[]}",
        "{\"layers\":[],\"manifests\":[]}",
        "{\"layers\":[],\"layers\":[]}",
        "[]",
      })
  void refusesADocumentThatIsNone(String body) throws IOException {
    try (FaultServer server =
        FaultServer.start(x -> x.reply(200, "Content-Type: text/html", utf8(body)))) {
      refused(server, ErrorCode.PROTOCOL);
    }
  }

  /** C9. */
  @Test
  void saysThatSchemaOneIsTooOld() throws IOException {
    byte[] old = utf8("{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[]}");
    try (FaultServer server = FaultServer.start(x -> x.reply(200, "", old))) {
      refused(server, ErrorCode.UNSUPPORTED);
    }
  }

  /** C11. */
  @Test
  void refusesAManifestOverFourMebibytes() throws IOException {
    byte[] big = new byte[(4 << 20) + 1];
    Arrays.fill(big, (byte) ' ');
    try (FaultServer server = FaultServer.start(x -> x.reply(200, TYPE, big))) {
      refused(server, ErrorCode.POLICY);
    }
  }

  @Test
  void stopsReadingAnEndlessManifest() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              x.send("HTTP/1.1 200 OK\r\n" + TYPE + "\r\n\r\n");
              byte[] blank = new byte[64 * 1024];
              while (true) {
                x.send(blank);
              }
            })) {
      refused(server, ErrorCode.POLICY);
    }
  }

  @Test
  void aManifestCutOffIsAFailureOfTheConnection() throws IOException {
    byte[] whole = image.manifest().bytes();
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    try (FaultServer server =
        FaultServer.start(
            x ->
                x.send("HTTP/1.1 200 OK\r\n" + TYPE + "\r\nContent-Length: ")
                    .send(whole.length + "\r\n\r\n")
                    .send(half))) {
      refused(server, ErrorCode.NETWORK);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "-1"})
  void refusesAChildOfAnotherSizeThanAnnounced(int more) throws IOException {
    byte[] bytes = image.manifest().bytes();
    byte[] index =
        utf8(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
                .formatted(
                    MediaType.OCI_INDEX,
                    "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                        .formatted(
                            MediaType.OCI_MANIFEST,
                            image.manifest().digest(),
                            bytes.length + more)));
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (x.target().endsWith("/manifests/t")) {
                x.reply(200, "Content-Type: " + MediaType.OCI_INDEX, index);
              } else {
                image.serve(x);
              }
            })) {
      refused(server, ErrorCode.INTEGRITY);
    }
  }

  @Test
  void refusesAChildOfAnotherTypeThanAnnounced() throws IOException {
    Descriptor child =
        Descriptor.of(
            MediaType.DOCKER_MANIFEST, image.manifest().digest(), image.manifest().bytes().length);
    try (FaultServer server = FaultServer.start(image::serve)) {
      RegistryRepository repository =
          user.client().repository(Reference.parse(server.host() + "/r"));
      assertFails(ErrorCode.PROTOCOL, () -> repository.manifest(child));
      Document sound = repository.manifest(image.manifest().descriptor());
      assertEquals(image.manifest(), sound);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}",
        "{\"errors\":null}",
        "404 page not found",
        ""
      })
  void whatIsNotThereIsNotFound(String body) throws IOException {
    try (FaultServer server = FaultServer.start(x -> x.reply(404, "", utf8(body)))) {
      Reference tag = Reference.parse(server.host() + "/r:t");
      FlintException e = assertFails(ErrorCode.NOT_FOUND, () -> user.pull(tag));
      assertTrue(String.valueOf(e.getMessage()).contains(tag.toString()), e.getMessage());
      Reference digest = Reference.parse(server.host() + "/r@" + image.manifest().digest());
      assertFails(ErrorCode.NOT_FOUND, () -> user.pull(digest));
      RegistryRepository repository = user.client().repository(tag);
      assertFails(ErrorCode.NOT_FOUND, () -> repository.manifest(image.manifest().descriptor()));
      assertFails(ErrorCode.NOT_FOUND, () -> repository.blob(image.layer()));
    }
  }

  @Test
  void aServerThatFailsIsNotAskedAgain() throws IOException {
    try (FaultServer server = FaultServer.start(ManifestPullTest::overloaded)) {
      refused(server, ErrorCode.NETWORK);
      assertEquals(1, server.requests().size());
    }
  }

  private static void overloaded(Exchange exchange) throws IOException {
    exchange.reply(503, "Retry-After: 0", new byte[0]);
  }

  private void refused(FaultServer server, ErrorCode code) throws IOException {
    Reference reference = Reference.parse(server.host() + "/r:t");
    assertFails(code, () -> user.pull(reference));
    user.assertHasNothing();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
