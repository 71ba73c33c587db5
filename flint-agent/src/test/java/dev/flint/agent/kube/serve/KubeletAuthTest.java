package dev.flint.agent.kube.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.Grant;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.oci.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLSessionContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class KubeletAuthTest {
  private static final String TOKENS = "tokenreviews";
  private static final String ACCESSES = "subjectaccessreviews";

  @TempDir private static Path shared;
  private static TestAuthority authority;

  @TempDir private Path folder;
  private TestKubelet kubelet;

  @BeforeAll
  static void makeAuthority() throws Exception {
    authority = TestAuthority.create(shared.resolve("clients"));
  }

  @BeforeEach
  void begin() throws Exception {
    kubelet = TestKubelet.start(folder, shared.resolve("pki"), Optional.of(authority.pem()));
  }

  @AfterEach
  void end() throws Exception {
    kubelet.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pods", "/metrics", "/containerLogs/a/b/c", "/exec/a/b/c", "/none", "/"})
  void sendsAwayWhoeverIsNotKnown(String path) throws Exception {
    HttpResponse<String> answer = kubelet.get(path, "");
    assertEquals(401, answer.statusCode());
    assertEquals("Unauthorized\n", answer.body());
    assertEquals("Bearer", answer.headers().firstValue("WWW-Authenticate").orElseThrow());
    assertEquals(401, kubelet.get(path, "wrong").statusCode());
  }

  @Test
  void tellsEverybodyThatItIsWell() throws Exception {
    assertEquals("ok\n", kubelet.get("/healthz", "").body());
    assertEquals(0, kubelet.reviews(ACCESSES));
  }

  @ParameterizedTest
  @CsvSource({
    "/pods, pods",
    "/pods, proxy",
    "/runningpods/, pods",
    "/runningpods/, proxy",
    "/stats/summary, stats",
    "/metrics, metrics",
    "/metrics/resource, metrics",
  })
  void letsInByTokenWhomTheServerAllowsThis(String path, String subresource) throws Exception {
    kubelet.know("ann");
    kubelet.know("bob");
    kubelet.allow("ann", "get", subresource);
    for (String other : List.of("pods", "proxy", "stats", "metrics", "log", "healthz")) {
      if (!other.equals(subresource) && !path.contains("pods")) {
        kubelet.allow("bob", "get", other);
      }
    }
    kubelet.allow("bob", "create", subresource);
    assertEquals(200, kubelet.get(path, "t-ann").statusCode());
    HttpResponse<String> refused = kubelet.get(path, "t-bob");
    assertEquals(403, refused.statusCode());
    assertTrue(
        refused.body().startsWith("Forbidden (user=bob, verb=get, resource=nodes, "),
        refused.body());
  }

  @ParameterizedTest
  @CsvSource({
    "/containerLogs/default/web/app, get",
    "/exec/default/web/app, create",
    "/attach/default/web/app, create",
    "/portForward/default/web, create",
  })
  void letsIntoContainersWhoMayProxy(String path, String verb) throws Exception {
    kubelet.know("ann");
    kubelet.know("bob");
    kubelet.allow("ann", verb, "proxy");
    kubelet.allow("bob", verb.equals("get") ? "create" : "get", "proxy");
    kubelet.allow("bob", verb, "log", "pods", "stats", "metrics");
    // There is no such pod; but bob does not hear that.
    assertEquals(404, kubelet.get(path, "t-ann").statusCode());
    assertEquals(403, kubelet.get(path, "t-bob").statusCode());
  }

  @Test
  void letsInByCertificate() throws Exception {
    var server = authority.client("/O=system:masters/O=more/CN=" + TestKubelet.SERVER);
    assertEquals(403, kubelet.get("/metrics", server).statusCode());
    kubelet.allow(TestKubelet.SERVER, "get", "stats");
    assertEquals(200, kubelet.get("/stats/summary", server).statusCode());
    assertEquals(0, kubelet.reviews(TOKENS));
    List<LoggedRequest> asked = kubelet.api.log().all("POST", "/" + ACCESSES);
    JsonObject spec = asked.get(1).body().orElseThrow().object("spec").orElseThrow();
    assertEquals(TestKubelet.SERVER, spec.requiredString("user"));
    assertEquals(
        List.of("more", "system:authenticated", "system:masters"),
        spec.strings("groups").stream().sorted().toList());
    assertEquals(
        "{\"verb\":\"get\",\"group\":\"\",\"version\":\"v1\",\"resource\":\"nodes\","
            + "\"subresource\":\"stats\",\"name\":\"node1\"}",
        spec.object("resourceAttributes").orElseThrow().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/O=only", "/CN=a/CN=b"})
  void knowsNobodyByACertificateWithoutOneName(String subject) throws Exception {
    kubelet.allow("a", "get", "stats");
    kubelet.allow("b", "get", "stats");
    assertEquals(401, kubelet.get("/stats/summary", authority.client(subject)).statusCode());
  }

  @Test
  void knowsNobodyByACertificateOfAnother() throws Exception {
    TestAuthority other = TestAuthority.create(folder.resolve("other"));
    kubelet.allow(TestKubelet.SERVER, "get", "stats");
    assertEquals(200, status(authority.client("/CN=" + TestKubelet.SERVER), ""));
    // Of the same name, with the key of another.
    var stranger = other.client("/CN=" + TestKubelet.SERVER);
    assertEquals(401, status(stranger, ""));
    var aServer = authority.issue("/CN=" + TestKubelet.SERVER, "serverAuth");
    assertEquals(401, status(aServer, ""));
    kubelet.admit("ann");
    assertEquals(200, status(stranger, "t-ann"));
  }

  private int status(KeyManager[] own, String token) throws Exception {
    var request = kubelet.request("/stats/summary");
    var whole = token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    var bodies = HttpResponse.BodyHandlers.ofString();
    return TestKubelet.client(own).send(whole.build(), bodies).statusCode();
  }

  @Test
  void takesNoCertificateOnceItsTimeIsOver() throws Exception {
    kubelet.allow(TestKubelet.SERVER, "get", "stats");
    var server = authority.client("/CN=" + TestKubelet.SERVER);
    assertEquals(200, kubelet.get("/stats/summary", server).statusCode());
    kubelet.clock.advance(Duration.ofDays(31));
    assertEquals(401, kubelet.get("/stats/summary", server).statusCode());
  }

  @Test
  void asksForNoCertificateWithoutAnAuthority() throws Exception {
    try (TestKubelet open =
        TestKubelet.start(folder.resolve("open"), shared.resolve("pki"), Optional.empty())) {
      open.admit("ann");
      open.allow(TestKubelet.SERVER, "get", "stats");
      var server = authority.client("/CN=" + TestKubelet.SERVER);
      assertEquals(401, open.get("/stats/summary", server).statusCode());
      assertEquals(200, open.get("/stats/summary", "t-ann").statusCode());
    }
  }

  @Test
  void remembersTokensForTwoMinutes() throws Exception {
    kubelet.admit("ann");
    assertEquals(200, kubelet.get("/metrics", "t-ann").statusCode());
    assertEquals(200, kubelet.get("/metrics", "t-ann").statusCode());
    assertEquals(1, kubelet.reviews(TOKENS));
    kubelet.api.users().revoke("t-ann");
    kubelet.clock.advance(Duration.ofSeconds(119));
    assertEquals(200, kubelet.get("/metrics", "t-ann").statusCode());
    kubelet.clock.advance(Duration.ofSeconds(1));
    assertEquals(401, kubelet.get("/metrics", "t-ann").statusCode());
    assertEquals(2, kubelet.reviews(TOKENS));
  }

  @Test
  void remembersWhatIsAllowedForFiveMinutesAndWhatIsNotForHalfAMinute() throws Exception {
    kubelet.know("ann");
    assertEquals(403, kubelet.get("/metrics", "t-ann").statusCode());
    kubelet.allow("ann", "get", "metrics");
    kubelet.clock.advance(Duration.ofSeconds(29));
    assertEquals(403, kubelet.get("/metrics", "t-ann").statusCode());
    assertEquals(1, kubelet.reviews(ACCESSES));
    kubelet.clock.advance(Duration.ofSeconds(1));
    assertEquals(200, kubelet.get("/metrics", "t-ann").statusCode());
    assertEquals(2, kubelet.reviews(ACCESSES));
    kubelet.api.reviews().deny("ann", new Grant("", "nodes/metrics", "get"));
    kubelet.clock.advance(Duration.ofSeconds(299));
    assertEquals(200, kubelet.get("/metrics", "t-ann").statusCode());
    assertEquals(2, kubelet.reviews(ACCESSES));
    kubelet.clock.advance(Duration.ofSeconds(1));
    assertEquals(403, kubelet.get("/metrics", "t-ann").statusCode());
  }

  @Test
  void letsNobodyInWhileTheServerCannotBeAsked() throws Exception {
    kubelet.admit("ann");
    assertEquals(200, kubelet.get("/metrics", "t-ann").statusCode());
    kubelet.api.faults().all("POST", TOKENS, new Fault.Status(500, 0));
    HttpResponse<String> answer = kubelet.get("/metrics", "t-other");
    assertEquals(503, answer.statusCode());
    assertEquals("the API server cannot be asked whether you may do this\n", answer.body());
    kubelet.api.faults().clear();
    kubelet.api.faults().all("POST", ACCESSES, new Fault.Drop());
    assertEquals(503, kubelet.get("/stats/summary", "t-ann").statusCode());
    // What is known is known.
    assertEquals(200, kubelet.get("/metrics", "t-ann").statusCode());
    kubelet.api.faults().clear();
    assertEquals(200, kubelet.get("/stats/summary", "t-ann").statusCode());
    assertTrue(kubelet.warnings.get(0).startsWith("the API server cannot be asked who may see"));
    assertFalse(kubelet.warnings.toString().contains("t-"), kubelet.warnings.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer", "Bearer ", "Basic dC1hbm4=", "t-ann", "Bearer t-ann x"})
  void takesNothingButABearerToken(String header) throws Exception {
    kubelet.admit("ann");
    var request = kubelet.request("/metrics").header("Authorization", header).build();
    var bodies = HttpResponse.BodyHandlers.ofString();
    assertEquals(401, TestKubelet.client(null).send(request, bodies).statusCode());
  }

  @Test
  void asksNobodyAboutATokenThatIsTooLong() throws Exception {
    assertEquals(401, kubelet.get("/metrics", "t".repeat(20_000)).statusCode());
    assertEquals(0, kubelet.reviews(TOKENS));
  }

  @Test
  void hangsUpOnWhoIsNotKnown() throws Exception {
    HttpResponse<String> answer = kubelet.get("/pods", "");
    assertEquals("close", answer.headers().firstValue("Connection").orElse(""));
    kubelet.admit("ann");
    answer = kubelet.get("/metrics", "t-ann");
    assertEquals("", answer.headers().firstValue("Connection").orElse(""));
  }

  @Test
  void keepsFewSessionsOfTlsAndNotForLong() throws Exception {
    SSLSessionContext sessions =
        KubeletTls.own(shared.resolve("pki"), List.of("node1"), List.of("127.0.0.1"), Instant.now())
            .context()
            .getServerSessionContext();
    assertEquals(64, sessions.getSessionCacheSize());
    assertEquals(300, sessions.getSessionTimeout());
  }

  /** Else each made-up token would have a thread for as long as the server is slow. */
  @Test
  void asksAboutFewTokensAtATime() throws Exception {
    kubelet.admit("ann");
    assertEquals(200, kubelet.get("/metrics", "t-ann").statusCode());
    kubelet.api.faults().all("POST", TOKENS, new Fault.Hang());
    HttpClient client = TestKubelet.client(null);
    List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      HttpRequest request =
          kubelet.request("/metrics").header("Authorization", "Bearer x" + i).build();
      asked.add(client.sendAsync(request, BodyHandlers.ofString()));
    }
    while (kubelet.reviews(TOKENS) < 9) {
      Thread.onSpinWait();
    }
    HttpResponse<String> answer = kubelet.get("/metrics", "t-more");
    assertEquals(503, answer.statusCode());
    assertEquals("the API server is asked about 8 tokens already\n", answer.body());
    assertEquals(200, kubelet.get("/metrics", "t-ann").statusCode());
    kubelet.api.faults().clear();
    for (CompletableFuture<HttpResponse<String>> one : asked) {
      assertNotEquals(200, one.get(60, TimeUnit.SECONDS).statusCode());
    }
  }
}
