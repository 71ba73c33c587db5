package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.registry.auth.AuthTarget;
import dev.flint.registry.auth.Authorizer;
import dev.flint.registry.auth.Credential;
import dev.flint.registry.auth.RealmPins;
import dev.flint.registry.auth.Scope;
import dev.flint.registry.auth.Scopes;
import dev.flint.registry.http.Body;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Http;
import dev.flint.registry.http.Reply;
import dev.flint.registry.server.SettableClock;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TokenServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session does about tokens that an upload or another user of it has to rely on. */
class RegistrySessionTest {
  private static final int LONG = 5 * 1024 * 1024;

  private final MockRegistry registry = MockRegistry.start();
  private final SettableClock clock = new SettableClock();
  private TokenServer tokens;
  private Authorizer authorizer;
  private Http http;

  @BeforeEach
  void prepare() throws IOException {
    tokens = TokenServer.start((number, scopes) -> "t" + number);
    http = new Http("flint/test", Optional.empty());
    authorizer =
        new Authorizer(
            http,
            (host, repository) -> Optional.of(new Credential.Basic("u-" + repository, "p")),
            RealmPins.NONE,
            clock);
    registry
        .answers(any(anyUrl()).willReturn(aResponse()))
        .challenges("Bearer t[0-9]+", tokens.challenge());
  }

  @AfterEach
  void stop() {
    registry.close();
    tokens.close();
  }

  /** B7: the caller goes back to the POST, which gets another token. */
  @Test
  void aLongBodyIsNotSentTwiceButTheNextRequestHasANewToken() throws IOException {
    RegistrySession session = session("r");
    assertEquals(200, status(session, "POST"));
    registry.insists(
        put(anyUrl())
            .withHeader("Authorization", equalTo("Bearer t1"))
            .willReturn(MockRegistry.refusal(tokens.challenge("error=\"invalid_token\""))));
    assertEquals(401, upload(session, LONG));
    assertEquals(200, status(session, "POST"));
    assertEquals(200, upload(session, LONG));
    assertEquals(List.of("", "Bearer t1", "Bearer t1", "Bearer t2", "Bearer t2"), shown());
  }

  /** B13: for a registry that never asked, it would be sent in vain. */
  @Test
  void aLongBodyFollowsARequestThatWasAskedForAToken() throws IOException {
    RegistrySession session = session("r");
    assertEquals(200, status(session, "HEAD"));
    assertEquals(200, upload(session, LONG));
    assertEquals(List.of("", "Bearer t1", "Bearer t2"), shown());
  }

  @Test
  void aTokenIsRenewedBeforeALongBodyIfItEndsSoon() throws IOException {
    RegistrySession session = session("r");
    status(session, "POST");
    clock.advance(Duration.ofSeconds(239));
    upload(session, LONG);
    clock.advance(Duration.ofSeconds(1));
    upload(session, 10);
    upload(session, LONG);
    assertEquals(List.of("", "Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"), shown());
  }

  /** The time is up while the request is on its way. */
  @Test
  void a400ForATokenThatIsOverByTheClockIsOneChance() throws IOException {
    RegistrySession session = session("r");
    status(session, "POST");
    registry.insists(
        put(anyUrl())
            .withHeader("Authorization", equalTo("Bearer t1"))
            .willReturn(aResponse().withStatus(400)));
    assertEquals(400, upload(session, 10));
    Body slow =
        new Body(
            "text/plain",
            1,
            () -> {
              clock.advance(Duration.ofSeconds(200));
              return new ByteArrayInputStream(new byte[1]);
            },
            n -> {});
    clock.advance(Duration.ofSeconds(200));
    try (Reply reply = session.send(Call.of("PUT", url("r")).body(slow))) {
      assertEquals(200, reply.status());
    }
    assertEquals(2, tokens.requests().size());
  }

  @Test
  void theMethodSaysWhichRightsAreNeeded() throws IOException {
    RegistrySession session = session("r");
    for (String method : List.of("GET", "HEAD", "POST", "PATCH", "GET", "DELETE", "GET")) {
      status(session, method);
    }
    assertEquals(
        List.of("repository:r:pull", "repository:r:pull,push", "repository:r:delete"), scopes());
  }

  @Test
  void aRequestMayNeedMore() throws IOException {
    RegistrySession session = session("r");
    Call mount = Call.of("POST", url("r"));
    session.send(mount, Scopes.of(Scope.repository("other", "pull"))).close();
    session("").send(Call.of("GET", url("x")), Scopes.of(Scope.catalog())).close();
    assertEquals(
        List.of("repository:r:pull,push repository:other:pull", "registry:catalog:*"), scopes());
  }

  /** Some servers want names that Flint does not know; they are asked for from then on. */
  @Test
  void whatTheRegistryDemandedOnceIsAskedForAgain() throws IOException {
    registry.challenges("Bearer t[0-9]+", tokens.challenge("scope=\"aws\""));
    RegistrySession session = session("r");
    status(session, "GET");
    clock.advance(Duration.ofHours(1));
    status(session, "GET");
    assertEquals(List.of("aws repository:r:pull", "aws repository:r:pull"), scopes());
    assertEquals(3, registry.lines().size());
  }

  @Test
  void eachRepositoryHasItsOwnTokensAndCredentials() throws IOException {
    status(session("a"), "GET");
    status(session("b"), "GET");
    status(session("a"), "GET");
    assertEquals(List.of("", "Bearer t1", "Bearer t2", "Bearer t1"), shown());
    assertEquals(
        List.of("u-a", "u-b"),
        tokens.requests().stream().map(r -> r.values("account").get(0)).toList());
  }

  @Test
  void manyAtOnceShareOneToken() throws Exception {
    RegistrySession session = session("r");
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(pool.submit(() -> status(session, "GET")));
      }
      for (Future<Integer> one : all) {
        assertEquals(200, one.get());
      }
    } finally {
      pool.shutdownNow();
    }
    assertEquals(1, tokens.requests().size());
    assertTrue(shown().stream().allMatch(s -> s.isEmpty() || s.equals("Bearer t1")));
  }

  @Test
  void tellsWhatATokenIsGoodFor() throws IOException {
    String claims =
        "{\"access\":[{\"type\":\"repository\",\"name\":\"r\",\"actions\":[\"pull\"]}]}";
    String jwt = "e30." + Base64.getUrlEncoder().encodeToString(claims.getBytes(UTF_8)) + ".x";
    try (TokenServer other =
        TokenServer.start((number, scopes) -> number == 1 ? jwt : "e30." + number + ".x")) {
      registry.challenges("Bearer e30.*", other.challenge());
      status(session("r"), "GET");
      status(session("r"), "DELETE");
    }
    assertEquals(
        List.of("repository:r:pull as repository:r:pull", "repository:r:delete as ?"),
        authorizer.tokens(target("r")).stream()
            .map(t -> t.asked() + " as " + t.granted().map(Scopes::toString).orElse("?"))
            .toList());
  }

  private RegistrySession session(String repository) {
    return new RegistrySession(
        http, authorizer, target(repository), repository, new Warnings(warning -> {}));
  }

  private AuthTarget target(String repository) {
    return new AuthTarget(registry.host(), repository, url(repository));
  }

  private URI url(String repository) {
    return URI.create("http://" + registry.host() + "/v2/" + repository + "/x");
  }

  private int status(RegistrySession session, String method) throws IOException {
    try (Reply reply = session.send(Call.of(method, url("r")))) {
      return reply.status();
    }
  }

  private int upload(RegistrySession session, int length) throws IOException {
    Body body = Body.of("text/plain", new byte[length]);
    try (Reply reply = session.send(Call.of("PUT", url("r")).body(body))) {
      return reply.status();
    }
  }

  private List<String> shown() {
    return registry.headers("Authorization");
  }

  private List<String> scopes() {
    return tokens.requests().stream().map(r -> String.join(" ", r.values("scope"))).toList();
  }
}
