package dev.flint.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.http.AgentView;
import dev.flint.agent.http.ListenAddress;
import dev.flint.agent.http.TestAgent;
import dev.flint.agent.kube.api.ApiAccess;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.Credential;
import dev.flint.agent.kube.serve.KubeletAuth;
import dev.flint.agent.kube.serve.KubeletServer;
import dev.flint.agent.kube.serve.KubeletTls;
import dev.flint.agent.kube.testing.ClusterRole;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Grant;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.kube.testing.User;
import dev.flint.oci.pem.CredulousTrust;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The role that the documentation gives the agent: it is enough, and all of it is needed. */
@Timeout(120)
final class RoleTest {
  private static final Path RBAC = Path.of("..", "docs", "flint-agent-rbac.yaml");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SECRET = "Xyzzy-not-to-be-seen";
  private static final String TOKEN = "t-agent-not-to-be-seen";
  private static final int FORBIDDEN = 403;

  /** Made once, as that takes long. */
  @TempDir private static Path pki;

  @TempDir private Path folder;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  private static List<ClusterRole> roles() throws IOException {
    return ClusterRole.read(Files.readAllBytes(RBAC));
  }

  static Stream<Grant> grants() throws IOException {
    return roles().stream().flatMap(role -> role.grants().stream());
  }

  @Test
  void theRoleIsEnough() throws Exception {
    try (FakeApiServer server = server(roles())) {
      run(
          server,
          () -> {
            for (Grant grant : grants().toList()) {
              server.log().await(1, uses(grant), LIMIT);
            }
          });
      assertEquals(List.of(), server.log().all(r -> r.status() == FORBIDDEN));
      assertTrue(said.stream().noneMatch(line -> line.contains(SECRET)), said::toString);
      assertTrue(said.stream().noneMatch(line -> line.contains(TOKEN)), said::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("grants")
  void nothingOfTheRoleCanBeSpared(Grant grant) throws Exception {
    List<ClusterRole> less = roles().stream().map(role -> role.without(grant)).toList();
    try (FakeApiServer server = server(less)) {
      Predicate<LoggedRequest> refused = uses(grant).and(r -> r.status() == FORBIDDEN);
      run(server, () -> server.log().await(1, refused, LIMIT));
      assertTrue(
          server.log().all(r -> r.status() == FORBIDDEN).stream().allMatch(uses(grant)),
          () -> server.log().all().toString());
    }
  }

  /** Whether a request is what a grant is for. */
  private static Predicate<LoggedRequest> uses(Grant grant) {
    String[] words = grant.resource().split("/", 2);
    String rest = words.length > 1 ? "/" + words[1] : "";
    String one = ".*/" + words[0] + "/[^/]+" + rest;
    String all = ".*/" + words[0];
    return switch (grant.verb()) {
      case "get" -> r -> r.method().equals("GET") && r.path().matches(one);
      case "list" -> r -> r.method().equals("GET") && r.path().matches(all) && !r.isWatch();
      case "watch" -> LoggedRequest::isWatch;
      case "create" ->
          r -> r.method().equals("POST") && r.path().matches(rest.isEmpty() ? all : one);
      case "update" -> r -> r.method().equals("PUT") && r.path().matches(one);
      case "patch" -> r -> r.method().equals("PATCH") && r.path().matches(one);
      case "delete" -> r -> r.method().equals("DELETE") && r.path().matches(one);
      default -> throw new AssertionError("no such verb: " + grant);
    };
  }

  /** With a node that was there before, and one that was not, and pods that need all there is. */
  private static FakeApiServer server(List<ClusterRole> roles) throws IOException {
    FakeApiServer server = FakeApiServer.start(ServerSettings.usual().withoutPodDefaults());
    User agent = User.serviceAccount("flint-agent", "flint-agent");
    server.users().token(TOKEN, agent);
    server.users().token("t-somebody", new User("somebody", List.of()));
    server.users().bind(agent.name(), roles);
    server
        .cluster()
        .create(
            """
            apiVersion: v1
            kind: Node
            metadata: {name: old, labels: {type: other}}
            ---
            apiVersion: coordination.k8s.io/v1
            kind: Lease
            metadata: {name: old, namespace: kube-node-lease}
            spec: {holderIdentity: old, leaseDurationSeconds: 40}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: vars}
            data: {A: b}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: keys}
            stringData: {K: %s}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: default}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web}
            spec:
              nodeName: new
              serviceAccountName: default
              containers:
              - name: app
                image: registry.invalid/app:1
                envFrom: [{configMapRef: {name: vars}}, {secretRef: {name: keys}}]
                volumeMounts: [{name: token, mountPath: /t}]
              volumes:
              - name: token
                projected: {sources: [{serviceAccountToken: {path: token}}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: ends}
            spec: {nodeName: new, hostPID: true, containers: [{name: c, image: 'i:1'}]}
            """
                .formatted(SECRET));
    server.cluster().delete(Resource.PODS, "default", "ends", OptionalLong.of(30));
    return server;
  }

  private interface Wait {
    void run() throws Exception;
  }

  private void run(FakeApiServer server, Wait until) throws Exception {
    try (TestNode fresh = node(server, "new");
        TestNode old = node(server, "old");
        TestAgent agent = new TestAgent(folder.resolve("agent"));
        ApiClient api = client(server);
        KubeletServer kubelet =
            KubeletServer.start(
                ListenAddress.anywhere("127.0.0.1:0"),
                KubeletTls.own(pki, List.of("new"), List.of("127.0.0.1"), Instant.now()),
                new KubeletAuth(api, "new", Optional.empty(), Clock.systemUTC(), said::add),
                api,
                new AgentView(
                    agent.supervisor,
                    agent.pods,
                    TestAgent.HOST,
                    folder,
                    Path.of("/proc"),
                    Clock.systemUTC()))) {
      assertNotEquals(fresh, old);
      ask(kubelet.address().getPort());
      until.run();
    }
  }

  /** As somebody whom nobody knows but the API server, whatever comes of it. */
  private static void ask(int port) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new CredulousTrust()}, null);
    HttpClient.newBuilder()
        .sslContext(context)
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/pods"))
                .header("Authorization", "Bearer t-somebody")
                .build(),
            HttpResponse.BodyHandlers.discarding());
  }

  private static ApiClient client(FakeApiServer server) throws IOException {
    return new ApiClient(
        new ApiAccess(
            URI.create(server.url()), Optional.empty(), true, "", new Credential.Token(TOKEN)),
        "test");
  }

  /** A node that has no backends, and a pod from a file. */
  private TestNode node(FakeApiServer server, String name) throws IOException {
    TestNode.Plan plan =
        new TestNode.Plan(folder.resolve(name), server.url(), TOKEN, name, said::add);
    plan.write(
        "static.yaml",
        "kind: Pod\nmetadata: {name: static}\nspec: {containers: [{name: c, image: 'i:1'}]}\n");
    return TestNode.start(plan);
  }
}
