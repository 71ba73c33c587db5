package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.stubbing.Scenario;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.Credential;
import dev.flint.registry.server.SettableClock;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.Secrets;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.registry.testing.TokenServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens: how they are got, with what, and who gets to see them. */
class TokenOnTheWireTest {
  private static final String PASSWORD = "ver-y-secret";
  private static final String BASIC = "Basic dTp2ZXIteS1zZWNyZXQ=";
  private static final String PULL = "scope=\"repository:r:pull\"";
  private static final String ANY_TOKEN = "Bearer T0ken-[0-9]+";
  private static final Secrets SECRETS = Secrets.of("T0ken-", "Id3ntity").andBasic("u", PASSWORD);

  @TempDir Path folder;
  private final MockRegistry registry = MockRegistry.start();
  private final SettableClock clock = new SettableClock();
  private TokenServer tokens;
  private TestClient user;
  private TestImage image;

  @BeforeEach
  void prepare() throws IOException {
    image = TestImage.ofLayerSize(1000);
    tokens = TokenServer.start((number, scopes) -> "T0ken-" + number);
    user = new TestClient(folder).login(registry.host(), "u", PASSWORD).clock(clock);
  }

  @AfterEach
  void stop() {
    registry.close();
    tokens.close();
  }

  /** B1. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      delimiter = '|',
      value = {
        "Bearer realm=\"REALM\",service=\"tests\",scope=\"repository:r:pull\" | tests",
        "bearer   service = \"tests\" , realm = \"REALM\" | tests",
        "BEARER scope=\"repository:r:pull\",realm=\"REALM\" | ",
        "Bearer realm=\"REALM\" | ",
        "Bearer realm=REALM,service=te/st:1 | te/st:1",
        "Bearer realm=\"REALM\",service=\"a\\\"b\\\\c &d+e\" | 'a\"b\\c &d+e'",
        "Bearer error=\"x\",realm=\"REALM\",scope=\"\" | ",
      })
  void readsEverySpellingOfAChallenge(String challenge, String service) throws IOException {
    registry.holds(image).challenges(ANY_TOKEN, challenge.replace("REALM", tokens.realm()));
    user.pull(registry.reference());

    List<String> shown = registry.headers("Authorization");
    assertEquals(List.of("", "Bearer T0ken-1", "Bearer T0ken-1", "Bearer T0ken-1"), shown);
    TokenServer.Request request = tokens.requests().get(0);
    assertEquals("GET", request.method());
    assertEquals(BASIC, request.authorization());
    assertEquals(service == null ? List.of() : List.of(service), request.values("service"));
    assertEquals(List.of("repository:r:pull"), request.values("scope"));
    assertEquals(List.of("u"), request.values("account"));
  }

  /** B2. */
  @ParameterizedTest
  @ValueSource(strings = {"BASIC, BEARER", "BEARER, BASIC", "BASIC\nBEARER", "BEARER\nBASIC"})
  void choosesTheTokenAndKeepsThePasswordFromTheRegistry(String order) throws IOException {
    String headers =
        order.replace("BASIC", "Basic realm=\"tests\"").replace("BEARER", tokens.challenge());
    registry.holds(image).challenges(ANY_TOKEN, headers.split("\n", -1));
    user.pull(registry.reference());
    assertFalse(registry.headers("Authorization").contains(BASIC));
  }

  /** B3. */
  @Test
  void looksForAChallengeAtTheDoor() throws IOException {
    registry
        .holds(image)
        .challenges(ANY_TOKEN)
        .insists(get(urlPathEqualTo("/v2/")).willReturn(MockRegistry.refusal(tokens.challenge())));
    user.pull(registry.reference());
    assertEquals("GET /v2/", registry.lines().get(1));
    assertEquals(1, registry.lines().stream().filter("GET /v2/"::equals).count());
    assertEquals(1, tokens.requests().size());
  }

  /** B3: there is none. */
  @Test
  void aRefusalWithoutAChallengeAnywhereIsFinal() {
    registry.holds(image).challenges(ANY_TOKEN);
    SECRETS.assertFails(ErrorCode.AUTH, () -> user.pull(registry.reference()));
    assertEquals(List.of("GET /v2/r/manifests/t", "GET /v2/"), registry.lines());
    assertEquals(List.of("", ""), registry.headers("Authorization"));
  }

  /** B4. */
  @Test
  void givesUpARegistryThatTakesNoToken() {
    registry.holds(image).challenges("nothing", tokens.challenge(PULL));
    SECRETS.assertFails(ErrorCode.AUTH, () -> user.pull(registry.reference()));
    assertEquals(List.of("", "Bearer T0ken-1"), registry.headers("Authorization"));
    assertEquals(1, tokens.requests().size());
  }

  /** B4: the registry took tokens before. */
  @Test
  void givesUpARegistryThatTakesNoMoreTokensAfterOneRenewal() throws IOException {
    RegistryRepository repository = known();
    registry.challenges("nothing", tokens.challenge("error=\"invalid_token\""));
    SECRETS.assertFails(ErrorCode.AUTH, () -> repository.resolve(registry.reference()));
    assertEquals(
        List.of("", "Bearer T0ken-1", "Bearer T0ken-1", "Bearer T0ken-2"),
        registry.headers("Authorization"));
  }

  private RegistryRepository known() throws IOException {
    registry.holds(image).takes().challenges(ANY_TOKEN, tokens.challenge(PULL));
    RegistryRepository repository = user.client().repository(registry.reference());
    assertTrue(repository.resolve(registry.reference()).isPresent());
    return repository;
  }

  /** B6: the credentials are wrong. */
  @Test
  void aTokenServerThatKnowsUsNotIsTheEnd() {
    tokens.wants("Basic other");
    registry.holds(image).challenges(ANY_TOKEN, tokens.challenge());
    FlintException e = SECRETS.assertFails(ErrorCode.AUTH, () -> user.pull(registry.reference()));
    assertTrue(e.remedy().contains("flint login " + registry.host()), e.remedy());
    assertEquals(1, tokens.requests().size());
    assertEquals(1, registry.lines().size());
  }

  @Test
  void saysWhenThereAreNoCredentialsForATokenServerThatWantsThem() throws IOException {
    tokens.wants(BASIC);
    registry.holds(image).challenges(ANY_TOKEN, tokens.challenge());
    TestClient stranger = new TestClient(Files.createDirectory(folder.resolve("stranger")));
    FlintException e =
        SECRETS.assertFails(ErrorCode.AUTH, () -> stranger.pull(registry.reference()));
    assertEquals("log in with flint login " + registry.host(), e.remedy());
    assertEquals("", tokens.requests().get(0).authorization());
    assertEquals(List.of(), tokens.requests().get(0).values("account"));
  }

  @Test
  void getsATokenForEverybodyWithoutCredentials() throws IOException {
    registry.holds(image).challenges(ANY_TOKEN, tokens.challenge());
    TestClient stranger = new TestClient(Files.createDirectory(folder.resolve("stranger")));
    stranger.pull(registry.reference());
    assertEquals("", tokens.requests().get(0).authorization());
  }

  /** B6: the token server answers something else than a token. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "403, '{\"token\":\"T0ken-9\"}', AUTH",
        "302, '', PROTOCOL",
        "307, '', PROTOCOL",
        "201, '{\"token\":\"T0ken-9\"}', PROTOCOL",
        "200, '', PROTOCOL",
        "200, '<html>T0ken-9', PROTOCOL",
        "200, '{}', PROTOCOL",
        "200, '{\"token\":\"\"}', PROTOCOL",
        "200, '{\"token\":[\"T0ken-9\"]}', PROTOCOL",
        "200, '{\"token\":\"T0ken-9\\r\\nX: y\"}', PROTOCOL",
        "200, '{\"token\":\"T0ken-9 x\"}', PROTOCOL",
        "200, '{\"token\":\"T0ken-9\",\"token\":\"T0ken-8\"}', PROTOCOL",
        "200, '{\"token\":\"T0ken-9\"} {}', PROTOCOL",
      })
  void aTokenServerThatGivesNoTokenIsAnError(int status, String body, ErrorCode code) {
    registry
        .holds(image)
        .challenges(ANY_TOKEN, "Bearer realm=\"http://" + registry.host() + "/token\"")
        .insists(
            get(urlPathEqualTo("/token"))
                .willReturn(
                    aResponse()
                        .withStatus(status)
                        .withHeader("Location", tokens.realm())
                        .withBody(body)));
    SECRETS.assertFails(code, () -> user.pull(registry.reference()));
    assertEquals(2, registry.lines().size(), registry.lines().toString());
    assertEquals(List.of(), tokens.requests());
  }

  /** B6: the token server has no time, and is waited for as long as a registry would be. */
  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void aTokenServerThatNeverHasTimeIsGivenUp(int status) {
    registry
        .holds(image)
        .challenges(ANY_TOKEN, "Bearer realm=\"http://" + registry.host() + "/token\"")
        .insists(get(urlPathEqualTo("/token")).willReturn(aResponse().withStatus(status)));
    SECRETS.assertFails(ErrorCode.NETWORK, () -> user.pull(registry.reference()));
    assertEquals(5, registry.lines().stream().filter(l -> l.startsWith("GET /token")).count());
    assertEquals(6, registry.lines().size(), registry.lines().toString());
    SECRETS.assertAbsentIn(user.notes());
  }

  /** B6: and then it has. */
  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void aTokenServerThatHasNoTimeIsWaitedFor(int status) throws IOException {
    registry
        .holds(image)
        .takes()
        .challenges(ANY_TOKEN, "Bearer realm=\"http://" + registry.host() + "/token\"")
        .insists(
            get(urlPathEqualTo("/token"))
                .inScenario("busy")
                .whenScenarioStateIs("free")
                .willReturn(aResponse().withBody("{\"token\":\"T0ken-7\"}")))
        .insists(
            get(urlPathEqualTo("/token"))
                .inScenario("busy")
                .whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("free")
                .willReturn(aResponse().withStatus(status).withHeader("Retry-After", "3")));
    user.pull(registry.reference());
    assertEquals(List.of(Duration.ofMillis(3500)), user.waits());
  }

  @Test
  void aTokenOfMoreThan64KiBIsRefused() {
    registry
        .holds(image)
        .challenges(ANY_TOKEN, "Bearer realm=\"/token\"")
        .insists(
            get(urlPathEqualTo("/token"))
                .willReturn(aResponse().withBody("{\"token\":\"" + "x".repeat(65_536) + "\"}")));
    SECRETS.assertFails(ErrorCode.POLICY, () -> user.pull(registry.reference()));
  }

  @Test
  void aRealmMayBeAPathWithAQueryAndTheTokenAnAccessToken() throws IOException {
    registry
        .holds(image)
        .challenges(ANY_TOKEN, "Bearer realm=\"/token?a=b%2Fc\",service=\"a b\"")
        .insists(
            get(urlMatching("/token.*"))
                .willReturn(aResponse().withBody("{\"access_token\":\"T0ken-7\"}")));
    user.pull(registry.reference());
    assertEquals(
        "GET /token?a=b%2Fc&service=a%20b&scope=repository%3Ar%3Apull&account=u",
        registry.lines().get(1));
  }

  /** B7: the next request is the manifest. */
  @Test
  void aTokenThatEndsBeforeTheManifestIsRenewed() throws IOException {
    RegistryRepository repository = known();
    registry.insists(
        put(urlMatching("/v2/r/manifests/.*"))
            .withHeader("Authorization", equalTo("Bearer T0ken-2"))
            .willReturn(MockRegistry.refusal(tokens.challenge("error=\"invalid_token\""))));
    repository.putBlob(image.layer(), image.layerSource(), n -> {});
    repository.tag(registry.reference(), image.manifest());
    List<String> shown = registry.headers("Authorization");
    assertEquals(List.of("Bearer T0ken-2", "Bearer T0ken-3"), shown.subList(4, shown.size()));
    assertEquals(
        List.of("repository:r:pull", "repository:r:pull,push", "repository:r:pull,push"),
        tokens.requests().stream().map(r -> r.values("scope").get(0)).toList());
  }

  /** B7: the registry refuses the blob. */
  @Test
  void aTokenThatEndsBeforeASmallBlobIsRenewed() throws IOException {
    RegistryRepository repository = known();
    registry.insists(
        put(urlMatching("/upload.*"))
            .withHeader("Authorization", equalTo("Bearer T0ken-2"))
            .willReturn(MockRegistry.refusal(tokens.challenge("error=\"invalid_token\""))));
    repository.putBlob(image.layer(), image.layerSource(), n -> {});
    assertEquals(2, registry.lines().stream().filter(l -> l.startsWith("PUT")).count());
  }

  /** B8. */
  @Test
  void asksOnceForTheRightsThatAreMissing() throws IOException {
    RegistryRepository repository = known();
    String missing = "error=\"insufficient_scope\",scope=\"repository:other:pull aws\"";
    registry.challenges("Bearer T0ken-2", tokens.challenge(missing));
    repository.resolve(registry.reference());
    assertEquals(
        List.of("repository:other:pull", "aws", "repository:r:pull"),
        tokens.requests().get(1).values("scope"));
    assertEquals(4, registry.lines().size());
  }

  /** B8: they are not to be had. */
  @Test
  void aRegistryThatAlwaysWantsMoreRightsIsGivenUp() throws IOException {
    RegistryRepository repository = known();
    String missing = "error=\"insufficient_scope\",scope=\"repository:other:pull\"";
    registry.challenges("nothing", tokens.challenge(missing));
    FlintException e =
        SECRETS.assertFails(ErrorCode.AUTH, () -> repository.resolve(registry.reference()));
    assertEquals("the account may not do this here", e.remedy());
    assertEquals(4, registry.lines().size());
    assertEquals(2, tokens.requests().size());
  }

  /** B9. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://tokens.example/token",
        "https://192.0.2.1/token",
        "http://169.254.169.254/token",
        "http://10.0.0.1/token",
        "file:///etc/passwd",
        "FILE:/etc/passwd",
        "ftp://HOST/token",
        "http://u:p@HOST/token",
        "http://HOST@192.0.2.1/token",
        "//192.0.2.1/token",
        "HOST/token",
        "http:///token",
        "mailto:a@b.example",
      })
  void noCredentialGoesToAStranger(String realm) {
    String text = realm.replace("HOST", tokens.host().replace("127.0.0.1", "localhost"));
    registry.holds(image).challenges(ANY_TOKEN, "Bearer realm=\"" + text + "\"");
    SECRETS.assertFails(ErrorCode.POLICY, () -> user.pull(registry.reference()));
    assertEquals(List.of(""), registry.headers("Authorization"));
    assertEquals(List.of(), tokens.requests());
  }

  /** B9: a registry with TLS, which WireMock's certificate is good enough for. */
  @Test
  void aSecureRegistryDoesNotMakeUsSendPasswordsInTheClear() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder.resolve("tls"), "IP:127.0.0.1");
    try (MockRegistry secure = MockRegistry.startTls(certificate)) {
      user.login(secure.tlsHost(), "u", PASSWORD).trusting(certificate.pem()).plainHttp(false);
      user.pin(secure.tlsHost(), tokens.host());
      secure.holds(image).challenges(ANY_TOKEN, tokens.challenge());
      Reference reference = Reference.parse(secure.tlsHost() + "/r:t");
      SECRETS.assertFails(ErrorCode.POLICY, () -> user.pull(reference));
      assertEquals(List.of(), tokens.requests());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://[", "http://a b/", "%"})
  void aMalformedRealmIsAViolationOfTheProtocol(String realm) {
    registry.holds(image).challenges(ANY_TOKEN, "Bearer realm=\"" + realm + "\"");
    SECRETS.assertFails(ErrorCode.PROTOCOL, () -> user.pull(registry.reference()));
  }

  @Test
  void aStrangerSaysHowToTrustIt() {
    registry.holds(image).challenges(ANY_TOKEN, "Bearer realm=\"https://192.0.2.1:44/token\"");
    FlintException e = SECRETS.assertFails(ErrorCode.POLICY, () -> user.pull(registry.reference()));
    assertTrue(e.remedy().contains("--auth-realm 192.0.2.1:44"), e.remedy());
  }

  /** B11. */
  @ParameterizedTest
  @ValueSource(ints = {404, 405})
  void anIdentityTokenIsShownInTheOlderWayIfThereIsNoNewerOne(int status) throws IOException {
    // ":Id3ntity"
    tokens.refusesPost(status).wants("Basic OklkM250aXR5");
    user.credential(new Credential.IdentityToken("Id3ntity"));
    registry.holds(image).challenges(ANY_TOKEN, tokens.challenge());
    user.pull(registry.reference());
    assertEquals(List.of("POST", "GET"), tokens.requests().stream().map(r -> r.method()).toList());
  }

  @Test
  void aPasswordIsShownInTheNewerWayIfThereIsNoOlderOne() throws IOException {
    registry
        .holds(image)
        .challenges(ANY_TOKEN, "Bearer realm=\"/token\"")
        .insists(
            any(urlMatching("/token")).willReturn(aResponse().withBody("{\"token\":\"T0ken-5\"}")))
        .insists(get(urlMatching("/token.*")).willReturn(aResponse().withStatus(405)));
    user.pull(registry.reference());
    assertEquals(
        "grant_type=password&client_id=flint&username=u&password="
            + PASSWORD
            + "&scope=repository%3Ar%3Apull",
        registry.requests().get(2).getBodyAsString());
  }

  /** A10: an identity token buys tokens and is never shown to the registry. */
  @Test
  void anIdentityTokenIsTradedForTokens() throws IOException {
    tokens.wantsIdentity("Id3ntity+/=");
    user.credential(new Credential.IdentityToken("Id3ntity+/="));
    registry.holds(image).challenges(ANY_TOKEN, tokens.challenge(PULL));
    user.pull(registry.reference());

    TokenServer.Request request = tokens.requests().get(0);
    assertEquals("POST", request.method());
    assertEquals("", request.authorization());
    assertEquals(
        List.of(
            "",
            "grant_type=refresh_token",
            "client_id=flint",
            "refresh_token=Id3ntity+/=",
            "service=tests",
            "scope=repository:r:pull"),
        request.pairs());
    assertFalse(registry.headers("Authorization").toString().contains("Id3ntity"));
  }

  /** A10: where only passwords count, it is of no use. */
  @Test
  void anIdentityTokenIsNoPassword() {
    user.credential(new Credential.IdentityToken("Id3ntity"));
    registry.holds(image).wants(BASIC);
    SECRETS.assertFails(ErrorCode.AUTH, () -> user.pull(registry.reference()));
    assertEquals(List.of(""), registry.headers("Authorization"));
  }

  /** A10: a registry token is shown as it is, once it is asked for. */
  @Test
  void aRegistryTokenIsShownAsItIs() throws IOException {
    user.credential(new Credential.RegistryToken("T0ken-77"));
    registry.holds(image).challenges("Bearer T0ken-77", tokens.challenge());
    user.pull(registry.reference());
    assertEquals("", registry.headers("Authorization").get(0));
    assertEquals(List.of(), tokens.requests());
  }

  @Test
  void aRegistryTokenThatNoHeaderMayHaveIsNotShown() {
    user.credential(new Credential.RegistryToken("T0ken-\nX: y"));
    registry.holds(image).challenges(ANY_TOKEN, tokens.challenge());
    SECRETS.assertFails(ErrorCode.AUTH, () -> user.pull(registry.reference()));
  }

  @Test
  void aTokenIsRenewedBeforeItsTimeIsUp() throws IOException {
    RegistryRepository repository = known();
    clock.advance(Duration.ofSeconds(269));
    repository.resolve(registry.reference());
    clock.advance(Duration.ofSeconds(1));
    repository.resolve(registry.reference());
    assertEquals(
        List.of("", "Bearer T0ken-1", "Bearer T0ken-1", "Bearer T0ken-2"),
        registry.headers("Authorization"));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 2", "-5, 0, 2", "1000000000000, 86369, 1", "1000000000000, 86370, 2"})
  void absurdLivesAreBroughtToReason(long life, long later, int requests) throws IOException {
    tokens.life(life);
    RegistryRepository repository = known();
    clock.advance(Duration.ofSeconds(later));
    repository.resolve(registry.reference());
    assertEquals(requests, tokens.requests().size());
  }

  @Test
  void a400ForATokenThatIsGoodByTheClockIsFinal() throws IOException {
    RegistryRepository repository = known();
    registry.insists(
        get(urlMatching("/v2/r/manifests/.*"))
            .withHeader("Authorization", equalTo("Bearer T0ken-1"))
            .willReturn(aResponse().withStatus(400)));
    SECRETS.assertFails(ErrorCode.PROTOCOL, () -> repository.resolve(registry.reference()));
    assertEquals(1, tokens.requests().size());
  }

  @Test
  void aTokenDoesNotLeaveTheRegistry() throws IOException {
    registry
        .challenges(ANY_TOKEN, tokens.challenge())
        .answers(
            get(anyUrl())
                .willReturn(
                    aResponse()
                        .withStatus(307)
                        .withHeader("Location", "http://" + tokens.host() + "/token?blob")));
    // The page of the token server, which is no manifest.
    SECRETS.assertFails(ErrorCode.PROTOCOL, () -> user.pull(registry.reference()));
    assertEquals(
        List.of(BASIC, ""), tokens.requests().stream().map(r -> r.authorization()).toList());
  }

  @Test
  void forbiddenIsFinalAlsoWithAToken() throws IOException {
    RegistryRepository repository = known();
    registry.answers(any(anyUrl()).willReturn(aResponse().withStatus(403)));
    SECRETS.assertFails(ErrorCode.AUTH, () -> repository.resolve(registry.reference()));
    assertEquals(3, registry.lines().size());
    assertEquals(1, tokens.requests().size());
  }
}
