package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets to see a password: the registry that asked, nobody else, and not too often. */
class AuthOnTheWireTest {
  private static final String PASSWORD = "Basic dTpw";

  @TempDir Path folder;
  private final MockRegistry registry = MockRegistry.start();
  private final MockRegistry elsewhere = MockRegistry.start();
  private TestClient user;
  private TestImage image;

  @BeforeEach
  void prepare() throws IOException {
    image = TestImage.ofLayerSize(1000);
    user = new TestClient(folder).login(registry.host(), "u", "p");
  }

  @AfterEach
  void stop() {
    registry.close();
    elsewhere.close();
  }

  @Test
  void showsNothingToARegistryThatDoesNotAsk() throws IOException {
    user.pull(registry.holds(image).reference());
    assertEquals(List.of("", "", ""), registry.headers("Authorization"));
  }

  @Test
  void showsThePasswordOnceItIsAskedAndThenAtOnce() throws IOException {
    user.pull(registry.holds(image).wants(PASSWORD).reference());
    assertEquals(List.of("", PASSWORD, PASSWORD, PASSWORD), registry.headers("Authorization"));
    assertEquals(List.of("", "", "", ""), registry.headers("Cookie"));
  }

  @Test
  void pushesWithAPassword() throws IOException {
    registry.takes().wants(PASSWORD);
    image.putInto(user.images().layout(), registry.reference());
    user.push(registry.reference());
    List<String> shown = registry.headers("Authorization");
    assertEquals("", shown.get(0));
    assertTrue(shown.subList(1, shown.size()).stream().allMatch(PASSWORD::equals));
    assertEquals(2, registry.lines().stream().filter(l -> l.startsWith("POST")).count());
    assertEquals(2, registry.lines().stream().filter(l -> l.startsWith("PUT /up")).count());
  }

  @Test
  void givesUpAPullWithAWrongPasswordAfterTwoRequests() throws IOException {
    registry.holds(image).wants("Basic other");
    FlintException e = assertFails(ErrorCode.AUTH, () -> user.pull(registry.reference()));
    assertEquals(List.of("", PASSWORD), registry.headers("Authorization"));
    assertEquals("log in with flint login " + registry.host(), e.remedy());
    assertFalse((e + e.remedy()).contains("dTpw"), "shows the password");
    user.assertHasNothing();
  }

  /** B13, without 100-continue: requests without a body come first. */
  @Test
  void givesUpAPushWithAWrongPasswordBeforeAnyByteOfABlob() throws IOException {
    registry.takes().wants("Basic other");
    image.putInto(user.images().layout(), registry.reference());
    assertFails(ErrorCode.AUTH, () -> user.push(registry.reference()));
    assertTrue(registry.lines().stream().noneMatch(l -> l.startsWith("PUT")));
    assertTrue(registry.lines().size() <= 3, registry.lines().toString());
  }

  @Test
  void asksForCredentialsWhereThereAreNone() throws IOException {
    TestClient stranger = new TestClient(Files.createDirectory(folder.resolve("stranger")));
    registry.holds(image).wants(PASSWORD);
    FlintException e = assertFails(ErrorCode.AUTH, () -> stranger.pull(registry.reference()));
    assertEquals(1, registry.lines().size());
    assertTrue(e.remedy().contains(registry.host()), e.remedy());
  }

  @Test
  void aBrokenConfigFileIsAnErrorAndNotAnonymity() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{");
    registry.holds(image).wants(PASSWORD);
    FlintException e = assertFails(ErrorCode.AUTH, () -> user.pull(registry.reference()));
    assertTrue(String.valueOf(e.getMessage()).contains("config.json"), e.getMessage());
    assertEquals(1, registry.lines().size());
  }

  @Test
  void aBrokenConfigFileIsNoMatterWhereNobodyAsks() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{");
    user.pull(registry.holds(image).reference());
  }

  /** C19. */
  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectElsewhereTakesNeitherPasswordNorCookieAlong(int status) throws IOException {
    registry
        .holds(image)
        .wants(PASSWORD)
        .answers(
            get(urlMatching("/v2/r/.*"))
                .willReturn(
                    aResponse()
                        .withStatus(status)
                        .withHeader("Set-Cookie", "a=b")
                        .withHeader("Location", "http://" + elsewhere.host() + "/v2/r/x")));
    elsewhere.answers(
        get(urlMatching("/v2/r/x")).willReturn(aResponse().withBody(image.manifest().bytes())));
    RegistryRepository repository = user.client().repository(registry.reference());
    assertEquals(image.manifest(), repository.resolve(registry.reference()).orElseThrow());

    assertEquals(List.of("", PASSWORD), registry.headers("Authorization"));
    assertEquals(List.of("GET /v2/r/x"), elsewhere.lines());
    assertEquals(List.of(""), elsewhere.headers("Authorization"));
    assertEquals(List.of(""), elsewhere.headers("Cookie"));
    assertEquals(List.of(""), elsewhere.headers("Referer"));
    assertEquals(
        Set.of("accept", "accept-encoding", "connection", "host", "user-agent"),
        elsewhere.requests().get(0).getAllHeaderKeys().stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet()));
    assertTrue(elsewhere.headers("Accept").get(0).contains("oci.image.manifest"));
  }

  @Test
  void aStrangerWhoAsksForAPasswordGetsNone() throws IOException {
    registry
        .wants(PASSWORD)
        .answers(
            get(anyUrl())
                .willReturn(
                    aResponse()
                        .withStatus(307)
                        .withHeader("Location", "http://" + elsewhere.host() + "/phish")));
    elsewhere.holds(image).wants(PASSWORD);
    assertFails(ErrorCode.AUTH, () -> user.pull(registry.reference()));
    assertEquals(List.of(""), elsewhere.headers("Authorization"));
  }

  @Test
  void aRedirectWithinTheRegistryKeepsThePassword() throws IOException {
    registry
        .wants(PASSWORD)
        .answers(
            get(urlMatching("/v2/r/manifests/t"))
                .willReturn(aResponse().withStatus(307).withHeader("Location", "/moved")))
        .answers(
            get(urlMatching("/moved")).willReturn(aResponse().withBody(image.manifest().bytes())));
    RegistryRepository repository = user.client().repository(registry.reference());
    assertTrue(repository.resolve(registry.reference()).isPresent());
    assertEquals(List.of("", PASSWORD, PASSWORD), registry.headers("Authorization"));
  }

  @Test
  void anUploadThatIsSentOutOfTheRegistryInTheClearIsRefused() throws IOException {
    registry
        .takes()
        .wants(PASSWORD)
        .answers(
            post(anyUrl())
                .willReturn(
                    aResponse()
                        .withStatus(202)
                        .withHeader("Location", "http://localhost:" + port(elsewhere) + "/up")));
    elsewhere.answers(put(anyUrl()).willReturn(aResponse().withStatus(201)));
    image.putInto(user.images().layout(), registry.reference());
    assertFails(ErrorCode.POLICY, () -> user.push(registry.reference()));
    assertEquals(List.of(), elsewhere.lines());
  }

  @Test
  void anUploadAtAnotherPortTakesNoPasswordAlong() throws IOException {
    registry
        .takes()
        .wants(PASSWORD)
        .answers(
            post(anyUrl())
                .willReturn(
                    aResponse()
                        .withStatus(202)
                        .withHeader("Location", "http://" + elsewhere.host() + "/up?s=1")));
    elsewhere.answers(put(anyUrl()).willReturn(aResponse().withStatus(201)));
    image.putInto(user.images().layout(), registry.reference());
    user.push(registry.reference());
    assertEquals(List.of("", ""), elsewhere.headers("Authorization"));
    assertEquals(List.of("", ""), elsewhere.headers("Cookie"));
  }

  /** A repository that everybody may read asks for the first time when the manifest is written. */
  @Test
  void aManifestIsSentAgainWhenOnlyWritingNeedsAPassword() throws IOException {
    registry
        .takes()
        .answers(
            head(anyUrl())
                .willReturn(aResponse().withHeader("Content-Length", "" + image.layer().size())))
        .answers(
            put(anyUrl())
                .willReturn(
                    aResponse()
                        .withStatus(401)
                        .withHeader("WWW-Authenticate", "Basic realm=\"x\"")))
        .answers(
            put(anyUrl())
                .withHeader("Authorization", equalTo(PASSWORD))
                .willReturn(aResponse().withStatus(201)));
    RegistryRepository repository = user.client().repository(registry.reference());
    assertTrue(repository.has(image.layer()));
    repository.tag(registry.reference(), image.manifest());
    assertEquals(List.of("", "", PASSWORD), registry.headers("Authorization"));
  }

  /** The other registry's password is in the same file. */
  @Test
  void eachRegistryGetsItsOwnPassword() throws IOException {
    String entry = "\"%s\":{\"username\":\"u\",\"password\":\"%s\"}";
    Files.writeString(
        folder.resolve("config.json"),
        "{\"auths\":{"
            + entry.formatted(registry.host(), "p")
            + ","
            + entry.formatted(elsewhere.host(), "q")
            + "}}");
    registry.holds(image).wants(PASSWORD);
    elsewhere.holds(image).wants("Basic dTpx");
    RegistryClient client = user.client();
    for (MockRegistry one : List.of(registry, elsewhere, registry)) {
      Reference reference = one.reference();
      assertTrue(client.repository(reference).resolve(reference).isPresent());
    }
    assertEquals(List.of("", PASSWORD, PASSWORD), registry.headers("Authorization"));
    assertEquals(List.of("", "Basic dTpx"), elsewhere.headers("Authorization"));
  }

  @Test
  void forbiddenIsNotAskedTwice() throws IOException {
    registry.answers(any(anyUrl()).willReturn(aResponse().withStatus(403)));
    assertFails(ErrorCode.AUTH, () -> user.pull(registry.reference()));
    assertEquals(1, registry.lines().size());
  }

  private static String port(MockRegistry of) {
    return of.host().substring(of.host().indexOf(':') + 1);
  }
}
