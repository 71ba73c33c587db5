package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing referrers, also where the registry does not know what that is. */
class ReferrersTest {
  private static final Digest SUBJECT = digest("subject");
  private static final String API = "/v2/r/referrers/" + SUBJECT;
  private static final String TAG = "/v2/r/manifests/sha256-" + SUBJECT.encoded();
  private static final Descriptor SBOM = entry("sbom", "application/spdx+json");
  private static final Descriptor SIGNATURE = entry("signature", "application/x-sig");

  @TempDir Path folder;
  private final MockRegistry registry = MockRegistry.start();
  private final MockRegistry elsewhere = MockRegistry.start();
  private RegistryRepository repository;

  @BeforeEach
  void prepare() throws IOException {
    repository = new TestClient(folder).client().repository(registry.reference());
  }

  @AfterEach
  void stop() {
    registry.close();
    elsewhere.close();
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Descriptor entry(String content, String type) {
    Descriptor plain = Descriptor.of(MediaType.OCI_MANIFEST, digest(content), content.length());
    try {
      return Descriptor.of(plain.json().with("artifactType", type));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ResponseDefinitionBuilder index(Descriptor... entries) {
    return aResponse()
        .withHeader("Content-Type", MediaType.OCI_INDEX + "; charset=utf-8")
        .withBody(ImageIndex.create(List.of(entries)).bytes());
  }

  private List<Digest> list(String... types) throws IOException {
    return repository.referrers(SUBJECT, Stream.of(types).findFirst()).stream()
        .map(Descriptor::digest)
        .toList();
  }

  @Test
  void takesTheListOfTheRegistryPageByPage() throws IOException {
    registry.answers(
        get(urlEqualTo(API))
            .willReturn(index(SBOM).withHeader("Link", "<" + API + "?last=x>; rel=\"next\"")));
    registry.answers(get(urlEqualTo(API + "?last=x")).willReturn(index(SIGNATURE, SBOM)));
    assertEquals(List.of(SBOM.digest(), SIGNATURE.digest()), list());
    assertEquals(2, registry.lines().size());
  }

  @Test
  void filtersWhereTheRegistryDoesNotSayItDid() throws IOException {
    registry.answers(get(urlPathEqualTo(API)).willReturn(index(SBOM, SIGNATURE)));
    assertEquals(List.of(SBOM.digest()), list("application/spdx+json"));
    assertEquals(
        List.of("GET " + API + "?artifactType=application%2Fspdx%2Bjson"), registry.lines());
  }

  @Test
  void leavesTheFilterToARegistryThatSaysItFilters() throws IOException {
    registry.answers(
        get(urlPathEqualTo(API))
            .willReturn(index(SIGNATURE).withHeader("OCI-Filters-Applied", "x, artifactType")));
    assertEquals(List.of(SIGNATURE.digest()), list("a/alias"));
  }

  static Stream<ResponseDefinitionBuilder> strangers() {
    return Stream.of(
        aResponse().withStatus(404).withBody("404 page not found\n"),
        aResponse().withStatus(400),
        aResponse().withStatus(405),
        aResponse().withStatus(303).withHeader("Location", "WEB"),
        aResponse().withHeader("Content-Type", "text/html").withBody("<html>"),
        aResponse().withHeader("Content-Type", "application/json").withBody("{\"manifests\":[]}"),
        aResponse().withBody("[]"));
  }

  /** C34: 404 text, 303 to HTML, 200 HTML, with nothing at the tag. */
  @ParameterizedTest
  @MethodSource("strangers")
  void aRegistryThatKnowsNothingHasNone(ResponseDefinitionBuilder answer) throws IOException {
    stranger(answer);
    assertEquals(List.of(), list());
  }

  /** C34, with entries at the tag. */
  @ParameterizedTest
  @MethodSource("strangers")
  void thenTheIndexAtTheTagCounts(ResponseDefinitionBuilder answer) throws IOException {
    stranger(answer);
    registry.answers(get(urlEqualTo(TAG)).willReturn(index(SBOM, SIGNATURE)));
    assertEquals(List.of(SBOM.digest(), SIGNATURE.digest()), list());
    assertEquals(List.of(SIGNATURE.digest()), list("application/x-sig"));
  }

  private void stranger(ResponseDefinitionBuilder answer) {
    ResponseDefinitionBuilder own =
        answer.build().getStatus() == 303
            ? aResponse()
                .withStatus(303)
                .withHeader("Location", "http://" + elsewhere.host() + "/packages")
            : answer;
    registry.answers(get(urlPathEqualTo(API)).willReturn(own));
  }

  /** C34: the web page that 303 leads to may be anything. */
  @ParameterizedTest
  @ValueSource(ints = {200, 401, 403, 429, 500})
  void whatAWebPageAnswersIsNoAnswer(int status) throws IOException {
    stranger(aResponse().withStatus(303));
    elsewhere.answers(
        get(urlPathEqualTo("/packages"))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withHeader("Content-Type", "text/html")
                    .withBody("<html>")));
    assertEquals(List.of(), list());
  }

  /** That a list cannot be had must not look like an empty one: an image without signatures. */
  @ParameterizedTest
  @ValueSource(ints = {401, 403, 429, 500, 503})
  void aFailureIsNotAnEmptyList(int status) {
    registry.answers(get(urlPathEqualTo(API)).willReturn(aResponse().withStatus(status)));
    assertFails(status < 404 ? ErrorCode.AUTH : ErrorCode.NETWORK, this::list);
    assertEquals(
        status < 404 ? 1 : 5,
        registry.lines().stream().filter(line -> line.contains("/referrers/")).count());
    assertFalse(registry.lines().stream().anyMatch(line -> line.contains("/manifests/")));
  }

  @Test
  void aFailureAtTheTagIsNotAnEmptyList() {
    registry.answers(get(urlEqualTo(TAG)).willReturn(aResponse().withStatus(500)));
    assertFails(ErrorCode.NETWORK, this::list);
  }

  /** C34: the tag with the dash is the subject itself. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSubjectItselfAtTheTagMeansNone(boolean isIndex) throws IOException {
    Document subject =
        isIndex ? ImageIndex.create(List.of(SBOM)) : TestImage.ofLayerSize(9).manifest();
    registry.answers(
        get(urlPathMatching("/v2/r/manifests/.*"))
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", subject.mediaType().value())
                    .withBody(subject.bytes())));
    assertEquals(List.of(), repository.referrers(subject.digest(), Optional.empty()));
    Digest sha512 = new Digest("sha512", "0".repeat(128)).sameAlgorithm(subject.bytes());
    assertEquals(List.of(), repository.referrers(sha512, Optional.empty()));
  }

  /** C34: children of the subject are not its referrers. */
  @Test
  void childrenOfTheSubjectAreNoReferrers() throws IOException {
    Document subject = ImageIndex.create(List.of(SBOM));
    registry.answers(
        get(urlEqualTo("/v2/r/manifests/" + subject.digest()))
            .willReturn(aResponse().withBody(subject.bytes())));
    registry.answers(
        get(urlEqualTo("/v2/r/manifests/sha256-" + subject.digest().encoded()))
            .willReturn(index(SBOM, SIGNATURE)));
    List<Descriptor> found = repository.referrers(subject.digest(), Optional.empty());
    assertEquals(List.of(SIGNATURE), found);
  }

  @Test
  void whatIsNoIndexAtTheTagIsAnError() throws IOException {
    registry.answers(
        get(urlEqualTo(TAG))
            .willReturn(aResponse().withBody(TestImage.ofLayerSize(9).manifest().bytes())));
    assertFails(ErrorCode.PROTOCOL, this::list);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<html>", "{}", "{\"manifests\":[{}]}", "{\"manifests\":[],\"layers\":[]}"})
  void aListThatIsNoIndexIsAnError(String body) {
    registry.answers(
        get(urlPathEqualTo(API))
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", MediaType.OCI_INDEX.value())
                    .withBody(body)));
    assertFails(ErrorCode.PROTOCOL, this::list);
    assertFalse(registry.lines().contains("GET " + TAG));
  }
}
