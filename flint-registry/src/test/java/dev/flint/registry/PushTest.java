package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.flint.oci.Digest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order, the number and the headers of the requests of a push. */
class PushTest {
  @TempDir Path folder;
  private final MockRegistry registry = MockRegistry.start().takes();
  private TestClient user;
  private TestImage image;

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(300_000);
    image.putInto(user.images().layout(), registry.reference());
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  /** D4: the answers to the PUTs have no Location. */
  @Test
  void sendsEachBlobByOnePostAndOnePutAndTheManifestLast() throws IOException {
    user.push(registry.reference());
    Digest layer = image.layer().digest();
    Digest config = image.config().digest();
    assertEquals(
        List.of(
            "HEAD /v2/r/blobs/" + layer,
            "POST /v2/r/blobs/uploads/",
            "PUT /upload?_state=s&digest=" + layer,
            "HEAD /v2/r/blobs/" + config,
            "POST /v2/r/blobs/uploads/",
            "PUT /upload?_state=s&digest=" + config,
            "PUT /v2/r/manifests/t"),
        registry.lines());
  }

  @Test
  void sendsTheExactBytesAndHeaders() throws IOException {
    user.push(registry.reference());
    List<LoggedRequest> requests = registry.requests();
    LoggedRequest opening = requests.get(1);
    assertEquals("0", opening.getHeader("Content-Length"));
    LoggedRequest layer = requests.get(2);
    assertArrayEquals(image.layerBytes(), layer.getBody());
    assertEquals("application/octet-stream", layer.getHeader("Content-Type"));
    assertEquals("300000", layer.getHeader("Content-Length"));
    assertFalse(layer.containsHeader("Transfer-Encoding"));
    assertFalse(layer.containsHeader("Content-Range"));
    assertArrayEquals(image.configBytes(), requests.get(5).getBody());
    LoggedRequest manifest = requests.get(6);
    assertArrayEquals(image.manifest().bytes(), manifest.getBody());
    assertEquals("application/vnd.oci.image.manifest.v1+json", manifest.getHeader("Content-Type"));
    for (LoggedRequest request : requests) {
      assertEquals("flint/test", request.getHeader("User-Agent"));
      assertFalse(request.containsHeader("Cookie"));
    }
  }

  @Test
  void skipsWhatIsThere() throws IOException {
    registry.answers(
        head(urlEqualTo("/v2/r/blobs/" + image.layer().digest()))
            .willReturn(aResponse().withHeader("Content-Length", "300000")));
    user.push(registry.reference());
    assertEquals(1, count("POST "));
    assertEquals(0, count("PUT /upload?_state=s&digest=" + image.layer().digest()));
    assertEquals("PUT /v2/r/manifests/t", last());
  }

  /** C24, for a push. */
  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 500, 501})
  void uploadsAllTheSameWhereHeadIsOfNoUse(int status) throws IOException {
    registry.answers(head(urlMatching(".*")).willReturn(aResponse().withStatus(status)));
    user.push(registry.reference());
    assertEquals(2, count("POST "));
    assertEquals("PUT /v2/r/manifests/t", last());
  }

  /** C24, for a push. */
  @ParameterizedTest
  @ValueSource(strings = {"299999", "0", "nonsense", "99999999999999999999", ""})
  void uploadsWhereHeadSaysAnotherLength(String length) throws IOException {
    ResponseDefinitionBuilder there = aResponse().withStatus(200);
    registry.answers(
        head(urlEqualTo("/v2/r/blobs/" + image.layer().digest()))
            .willReturn(length.isEmpty() ? there : there.withHeader("Content-Length", length)));
    user.push(registry.reference());
    assertEquals(2, count("POST "));
  }

  /** D1. */
  @ParameterizedTest
  @CsvSource({
    "/upload/x, /upload/x?digest=",
    "x%2Fy?_state=a%2Fb+c%3D%3D&e=&&t, /v2/r/blobs/uploads/x%2Fy?_state=a%2Fb+c%3D%3D&e=&&t&digest=",
    "?_state=1, /v2/r/blobs/uploads/?_state=1&digest=",
    "/upload?a=b#fragment, /upload?a=b&digest=",
    "HOST/upload?sig=a%2F+, /upload?sig=a%2F+&digest=",
  })
  void usesTheLocationAsItIs(String location, String target) throws IOException {
    registry
        .answers(post(urlMatching(".*")).willReturn(session(location)))
        .answers(put(urlPathMatching("/(upload|v2/r/blobs/uploads)/.*")).willReturn(created()));
    user.push(registry.reference());
    assertEquals(1, count("PUT " + target + image.layer().digest()));
    assertEquals(1, count("PUT " + target + image.config().digest()));
  }

  private ResponseDefinitionBuilder session(String location) {
    return aResponse()
        .withStatus(202)
        .withHeader("Location", location.replace("HOST", "http://" + registry.host()));
  }

  private static ResponseDefinitionBuilder created() {
    return aResponse().withStatus(201);
  }

  /** D3; other registries than this machine's own are in OriginPolicyTest. */
  @ParameterizedTest
  @CsvSource({
    "file:///etc/passwd, POLICY",
    "http://user:pw@127.0.0.1/x, POLICY",
    "http://169.254.169.254/x, POLICY",
    "http://192.168.0.1/x, POLICY",
    "http://[, PROTOCOL",
  })
  void refusesTheLocation(String location, ErrorCode code) {
    registry.answers(post(urlMatching(".*")).willReturn(session(location)));
    FlintException e = assertFails(code, () -> user.push(registry.reference()));
    assertFalse(String.valueOf(e.getMessage()).contains("pw"), e.getMessage());
    assertEquals(0, count("PUT "));
  }

  /** D1. */
  @Test
  void wantsExactlyOneLocation() {
    registry.answers(post(urlMatching(".*")).willReturn(aResponse().withStatus(202)));
    assertFails(ErrorCode.PROTOCOL, () -> user.push(registry.reference()));
    registry.answers(
        post(urlMatching(".*"))
            .willReturn(aResponse().withStatus(202).withHeader("Location", "/a", "/b")));
    assertFails(ErrorCode.PROTOCOL, () -> user.push(registry.reference()));
    assertEquals(0, count("PUT "));
  }

  @ParameterizedTest
  @CsvSource({
    "400, PROTOCOL, 1",
    "401, AUTH, 2",
    "403, AUTH, 1",
    "404, NOT_FOUND, 3",
    "405, NETWORK, 1",
    "413, NETWORK, 1",
    "415, PROTOCOL, 1",
    "507, NETWORK, 1",
    "500, NETWORK, 4",
    "503, NETWORK, 4",
    "200, PROTOCOL, 1",
    "202, PROTOCOL, 1"
  })
  void aBlobThatIsNotTakenEndsThePush(int status, ErrorCode code, int attempts) {
    registry.answers(
        put(urlPathMatching("/upload"))
            .willReturn(aResponse().withStatus(status).withHeader("Retry-After", "0")));
    assertFails(code, () -> user.push(registry.reference()));
    assertEquals(attempts, count("POST "));
    assertEquals(attempts, count("PUT "));
    assertEquals(attempts, count("DELETE /upload?_state=s"));
  }

  /** D19: a quota, in whatever words. */
  @ParameterizedTest
  @CsvSource({"507, NETWORK, full", "403, AUTH, may not"})
  void aQuotaIsSaidInOneLine(int status, ErrorCode code, String remedy) {
    registry.answers(
        put(urlPathMatching("/upload"))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withHeader("Content-Type", "text/plain")
                    .withBody("quota\nexceeded")));
    FlintException e = assertFails(code, () -> user.push(registry.reference()));
    assertTrue(String.valueOf(e.getMessage()).contains("answered " + status), e.getMessage());
    assertTrue(e.remedy().contains(remedy), e.remedy());
  }

  /** D19. */
  @Test
  void aReadOnlyRegistryIsSaidToBeOne() {
    registry.answers(
        post(urlMatching(".*"))
            .willReturn(
                aResponse()
                    .withStatus(405)
                    .withHeader("Content-Type", "text/plain")
                    .withBody("Method Not Allowed")));
    FlintException e = assertFails(ErrorCode.NETWORK, () -> user.push(registry.reference()));
    assertTrue(e.remedy().contains("read-only"), e.remedy());
  }

  /** D16. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"detail\":{\"digest\":\"DIGEST\"}}]}",
        "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"detail\":\"DIGEST\"}]}",
        "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"message\":\"no DIGEST here\"}]}",
      })
  void sendsABlobThatTheRegistryHasNotGotAfterAllOnceMore(String body) throws IOException {
    Digest layer = image.layer().digest();
    registry
        .answers(
            head(urlMatching("/v2/r/blobs/" + layer))
                .willReturn(aResponse().withHeader("Content-Length", "300000")))
        .answers(
            put(urlMatching("/v2/r/manifests/.*"))
                .inScenario("stale")
                .whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("known")
                .willReturn(
                    aResponse().withStatus(400).withBody(body.replace("DIGEST", "" + layer))))
        .answers(
            put(urlMatching("/v2/r/manifests/.*"))
                .inScenario("stale")
                .whenScenarioStateIs("known")
                .willReturn(created()));
    user.push(registry.reference());
    assertEquals(1, count("PUT /upload?_state=s&digest=" + layer));
    assertEquals(2, count("PUT /v2/r/manifests/t"));
  }

  /** D16. */
  @ParameterizedTest
  @CsvSource({"400, true", "404, true", "400, false"})
  void givesUpWhereABlobIsStillMissing(int status, boolean named) {
    String digest = named ? "" + image.layer().digest() : "sha256:" + "0".repeat(64);
    registry.answers(
        put(urlMatching("/v2/r/manifests/.*"))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withBody(
                        "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"detail\":\""
                            + digest
                            + "\"}]}")));
    assertFails(ErrorCode.PROTOCOL, () -> user.push(registry.reference()));
    assertEquals(named ? 2 : 1, count("PUT /v2/r/manifests/t"));
    assertEquals(named ? 2 : 1, count("PUT /upload?_state=s&digest=" + image.layer().digest()));
  }

  /** D18. */
  @Test
  void saysWhatIsLeftWhereTheManifestIsDenied() {
    registry.answers(
        put(urlMatching("/v2/r/manifests/.*")).willReturn(aResponse().withStatus(403)));
    FlintException e = assertFails(ErrorCode.AUTH, () -> user.push(registry.reference()));
    assertTrue(
        String.valueOf(e.getMessage()).contains("the blobs that were sent before (2) stay"),
        e.getMessage());
  }

  @Test
  void aDigestTheRegistryDisputesIsDamage() {
    registry.answers(
        put(urlPathMatching("/upload"))
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withBody("{\"errors\":[{\"code\":\"DIGEST_INVALID\"}]}")));
    assertFails(ErrorCode.INTEGRITY, () -> user.push(registry.reference()));
  }

  @ParameterizedTest
  @CsvSource({"401, AUTH", "403, AUTH", "404, NOT_FOUND", "405, NETWORK", "201, PROTOCOL"})
  void anUploadThatIsNotOpenedEndsThePush(int status, ErrorCode code) {
    registry.answers(post(urlMatching(".*")).willReturn(aResponse().withStatus(status)));
    assertFails(code, () -> user.push(registry.reference()));
    assertEquals(0, count("PUT "));
  }

  @ParameterizedTest
  @CsvSource({
    "400, PROTOCOL, 1",
    "403, AUTH, 1",
    "413, NETWORK, 1",
    "500, NETWORK, 5",
    "503, NETWORK, 5",
    "202, PROTOCOL, 1"
  })
  void aManifestThatIsNotTakenFailsThePush(int status, ErrorCode code, int attempts) {
    registry.answers(
        put(urlMatching("/v2/r/manifests/.*")).willReturn(aResponse().withStatus(status)));
    FlintException e = assertFails(code, () -> user.push(registry.reference()));
    assertTrue(String.valueOf(e.getMessage()).contains("manifest"), e.getMessage());
    assertEquals(attempts, count("PUT /v2/"));
  }

  /** D17. */
  @Test
  void aManifestStoredUnderAnotherDigestIsDamage() {
    registry.answers(
        put(urlMatching("/v2/r/manifests/.*"))
            .willReturn(created().withHeader("Docker-Content-Digest", "sha256:" + "0".repeat(64))));
    assertFails(ErrorCode.INTEGRITY, () -> user.push(registry.reference()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"same", "sha512", "none"})
  void takesTheSameDigestOrOneItCannotCompare(String announced) throws IOException {
    String digest =
        announced.equals("same")
            ? image.manifest().digest().toString()
            : "sha512:" + "0".repeat(128);
    registry.answers(
        put(urlMatching("/v2/r/manifests/.*"))
            .withHeader("Content-Type", equalTo(image.manifest().mediaType().value()))
            .willReturn(
                announced.equals("none")
                    ? created()
                    : created().withHeader("Docker-Content-Digest", digest)));
    user.push(registry.reference());
  }

  @Test
  void pushesByDigestWhereThereIsNoTag() throws IOException {
    RegistryRepository repository = user.client().repository(registry.reference());
    repository.putManifest(image.manifest());
    repository.tag(registry.reference().withDigest(image.manifest().digest()), image.manifest());
    String line = "PUT /v2/r/manifests/" + image.manifest().digest();
    assertEquals(List.of(line, line), registry.lines());
  }

  @Test
  void pushesABlobWithoutBytes() throws IOException {
    TestImage empty = TestImage.ofLayerSize(0);
    empty.putInto(user.images().layout(), registry.reference());
    user.push(registry.reference());
    LoggedRequest put = registry.requests().get(2);
    assertEquals("PUT", put.getMethod().getName());
    assertEquals("0", put.getHeader("Content-Length"));
    assertEquals("application/octet-stream", put.getHeader("Content-Type"));
  }

  private long count(String start) {
    return registry.lines().stream().filter(line -> line.startsWith(start)).count();
  }

  private String last() {
    return registry.lines().get(registry.lines().size() - 1);
  }
}
