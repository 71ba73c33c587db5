package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HEAD is good for. */
class ManifestLookupTest {
  @TempDir Path folder;
  private final MockRegistry registry = MockRegistry.start();
  private TestImage image;
  private RegistryRepository repository;

  @BeforeEach
  void prepare() throws IOException {
    image = TestImage.ofLayerSize(1000);
    repository = new TestClient(folder).client().repository(registry.reference());
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static ResponseDefinitionBuilder answer(String digest, String length) {
    return aResponse()
        .withHeader("Docker-Content-Digest", digest)
        .withHeader("Content-Length", length);
  }

  @Test
  void takesTheDigestThatHeadGives() throws IOException {
    Digest digest = Digest.sha256("x".getBytes(StandardCharsets.UTF_8));
    registry.answers(head(anyUrl()).willReturn(answer(digest.toString(), "100")));
    assertEquals(digest, repository.digest(registry.reference()));
    assertEquals(List.of("HEAD /v2/r/manifests/t"), registry.lines());
  }

  static Stream<ResponseDefinitionBuilder> useless() {
    String digest = Digest.sha256(new byte[0]).toString();
    return Stream.of(
        aResponse().withStatus(405),
        aResponse().withStatus(400),
        aResponse().withStatus(404),
        aResponse().withStatus(500),
        aResponse().withHeader("Content-Length", "100"),
        answer("nonsense", "100"),
        answer("md5:0", "100"),
        answer(digest, "0"),
        answer(digest, "99999999999"));
  }

  /** C24: HEAD refused, without digest, with a nonsense length. */
  @ParameterizedTest
  @MethodSource("useless")
  void readsTheManifestWhereHeadIsOfNoUse(ResponseDefinitionBuilder answer) throws IOException {
    registry.holds(image).answers(head(anyUrl()).willReturn(answer));
    assertEquals(image.manifest().digest(), repository.digest(registry.reference()));
    assertEquals(List.of("HEAD /v2/r/manifests/t", "GET /v2/r/manifests/t"), registry.lines());
  }

  @Test
  void aDigestOfAnotherAlgorithmIsNoAnswer() throws IOException {
    byte[] bytes = image.manifest().bytes();
    Digest sha512 = new Digest("sha512", "0".repeat(128)).sameAlgorithm(bytes);
    registry
        .holds(image)
        .answers(head(anyUrl()).willReturn(answer(Digest.sha256(bytes).toString(), "100")));
    Reference reference = registry.reference().withDigest(sha512);
    assertEquals(sha512, repository.digest(reference));
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertFails(ErrorCode.NOT_FOUND, () -> repository.digest(registry.reference()));
  }

  /** C24, for blobs. */
  @ParameterizedTest
  @ValueSource(ints = {200, 403, 404, 405})
  void asksForALengthByGetWhereHeadIsOfNoUse(int status) throws IOException {
    registry.answers(
        head(anyUrl())
            .willReturn(aResponse().withStatus(status).withHeader("Content-Length", "0")));
    registry.answers(
        get(anyUrl())
            .willReturn(
                aResponse().withBody(image.layerBytes()).withHeader("Content-Length", "1000")));
    assertEquals(1000, repository.describeBlob(image.layer().digest()).size());
  }

  /** C24: HEAD 200 for a blob that is missing. */
  @Test
  void aBlobThatOnlyHeadKnowsIsNotFound() {
    registry.answers(head(anyUrl()).willReturn(aResponse().withHeader("Content-Length", "0")));
    assertFails(ErrorCode.NOT_FOUND, () -> repository.describeBlob(image.layer().digest()));
  }

  @Test
  void aBlobOfUntoldLengthIsAnError() {
    registry.holds(image);
    assertFails(ErrorCode.PROTOCOL, () -> repository.describeBlob(image.layer().digest()));
  }
}
