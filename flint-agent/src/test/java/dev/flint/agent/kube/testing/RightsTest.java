package dev.flint.agent.kube.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.registry.testing.TestCertificate;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RightsTest {
  private static final String ROLES =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: flint}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: flint-agent}
      rules:
        - {apiGroups: [""], resources: [pods], verbs: [get, list, watch, delete]}
        - {apiGroups: [""], resources: [pods/status], verbs: [patch]}
        - {apiGroups: [""], resources: [configmaps], resourceNames: [mine], verbs: [get, list]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: leases, namespace: kube-node-lease}
      rules:
        - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}
      """;
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String POD =
      "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"nodeName\":\"n1\",\"containers\":[]}}";

  /** A clock that a test sets. */
  private static final class Hand extends Clock {
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @TempDir Path folder;
  private final Hand clock = new Hand();
  private FakeApiServer server;
  private TestCalls admin;
  private TestCalls agent;

  @BeforeEach
  void start() throws Exception {
    server = FakeApiServer.start(ServerSettings.usual().withClock(clock));
    server.users().token("admin", new User("admin", List.of("system:masters")));
    server.users().token("agent", new User("agent", List.of("agents")));
    admin = new TestCalls(server, Optional.of("admin"));
    agent = new TestCalls(server, Optional.of("agent"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static List<ClusterRole> roles() throws IOException {
    return ClusterRole.read(ROLES.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void onlyWhatARoleAllowsIsDone() throws Exception {
    server.users().bind("agents", roles());
    assertEquals(201, admin.post(PODS, POD).code());
    assertEquals(200, agent.get(PODS + "/web").code());
    assertEquals(200, agent.get("/api/v1/pods").code());
    assertEquals(200, agent.patch(PODS + "/web/status", "{\"status\":{}}").code());
    TestCalls.Reply refused = agent.patch(PODS + "/web", "{}");
    assertEquals(403, refused.code());
    assertEquals("Forbidden", refused.text("reason"));
    assertEquals(
        "pods \"web\" is forbidden: User \"agent\" cannot patch resource \"pods\" in API group"
            + " \"\" in the namespace \"default\"",
        refused.text("message"));
    assertEquals(403, agent.post(PODS, POD).code());

    String maps = "/api/v1/namespaces/default/configmaps";
    assertEquals(404, agent.get(maps + "/mine").code());
    assertEquals(403, agent.get(maps + "/other").code());
    assertEquals(403, agent.get(maps).code());
    assertEquals(200, agent.get(maps + "?fieldSelector=metadata.name%3Dmine").code());

    String lease = "{\"metadata\":{\"name\":\"n1\"}}";
    String leases = "/apis/coordination.k8s.io/v1/namespaces/";
    assertEquals(201, agent.post(leases + "kube-node-lease/leases", lease).code());
    assertEquals(403, agent.post(leases + "default/leases", lease).code());
    assertEquals(401, new TestCalls(server, Optional.of("x")).get(PODS).code());
  }

  @Test
  void oneVerbCanBeTakenAway() throws Exception {
    ClusterRole role = roles().get(0);
    assertEquals(7, role.grants().size());
    Grant watch = new Grant("", "pods", "watch");
    assertTrue(role.grants().contains(watch));
    server.users().bind("agents", List.of(role.without(watch)));
    assertEquals(200, agent.get(PODS).code());
    assertEquals(403, agent.get(PODS + "?watch=1").code());
  }

  @Test
  void aTokenIsBoundToItsPodAndEnds() throws Exception {
    String uid = admin.post(PODS, POD).text("metadata", "uid");
    String path = "/api/v1/namespaces/default/serviceaccounts/default/token";
    String request =
        "{\"spec\":{\"expirationSeconds\":3607,\"boundObjectRef\":{\"kind\":\"Pod\","
            + "\"apiVersion\":\"v1\",\"name\":\"web\",\"uid\":\"%s\"}}}";
    TestCalls.Reply issued = admin.post(path, request.formatted(uid));
    assertEquals(201, issued.code());
    assertEquals("2026-01-02T04:04:12Z", issued.text("status", "expirationTimestamp"));
    String token = issued.text("status", "token");
    assertEquals("system:serviceaccount:default:default", reviewed(token));

    assertEquals(409, admin.post(path, request.formatted("other")).code());
    assertEquals(403, admin.post(path, "{\"spec\":{}}").code());
    assertEquals(422, admin.post(path, request.formatted(uid).replace("3607", "60")).code());

    clock.now = clock.now.plus(Duration.ofHours(2));
    assertEquals("", reviewed(token));
    String fresh = admin.post(path, request.formatted(uid)).text("status", "token");
    assertEquals("system:serviceaccount:default:default", reviewed(fresh));
    server.cluster().delete(Resource.PODS, "default", "web", OptionalLong.of(0));
    assertEquals("", reviewed(fresh));
  }

  /** Whose token that is. */
  private String reviewed(String token) throws Exception {
    Tree answer =
        Tree.of(
            admin
                .post(
                    "/apis/authentication.k8s.io/v1/tokenreviews",
                    "{\"spec\":{\"token\":\"" + token + "\"}}")
                .json());
    boolean good = answer.text("status", "authenticated").equals(Optional.of("true"));
    String name = answer.text("status", "user", "username").orElse("");
    assertEquals(good, !name.isEmpty());
    return name;
  }

  @Test
  void reviewsOfRightsSayWhatATestSaid() throws Exception {
    server.reviews().allow("kube-apiserver", new Grant("", "nodes/log", "get"));
    assertTrue(mayRead("log"));
    assertFalse(mayRead("proxy"));
  }

  private boolean mayRead(String subresource) throws Exception {
    return admin
        .post(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            """
            {"spec":{"user":"kube-apiserver","resourceAttributes":{"verb":"get",
             "resource":"nodes","subresource":"%s","name":"n1"}}}"""
                .formatted(subresource))
        .json()
        .object("status")
        .orElseThrow()
        .flag("allowed");
  }

  @Test
  void aCertificateIsSignedAndThenNamesItsOwner() throws Exception {
    TestCertificate own = TestCertificate.issued(folder, "IP:127.0.0.1");
    Path authority = folder.resolve("authority");
    Path key = folder.resolve("node.key");
    Path request = folder.resolve("node.csr");
    Command.run(
            "openssl",
            "req",
            "-new",
            "-nodes",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-subj",
            "/O=system:nodes/CN=system:node:n1",
            "-keyout",
            key,
            "-out",
            request)
        .ok();
    server.close();
    server =
        FakeApiServer.start(
            ServerSettings.usual()
                .withTls(new ServerTls(own, authority.resolve("certificate.pem"))));
    server.users().token("bootstrap", new User("system:bootstrap:abc", List.of()));
    server.certificates().signer(new OpensslSigner(folder, authority));
    Path body = folder.resolve("body.json");
    Files.writeString(
        body,
        new Tree()
            .set("metadata", new Tree().set("name", "node-csr"))
            .set(
                "spec",
                new Tree()
                    .set("request", Base64.getEncoder().encodeToString(Files.readAllBytes(request)))
                    .set("signerName", "kubernetes.io/kube-apiserver-client-kubelet"))
            .toString());
    String csrs = server.url() + "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    curl("-H", "Authorization: Bearer bootstrap", "--data-binary", "@" + body, csrs);
    Tree signed = Tree.of(server.cluster().get(Resource.CERTIFICATE_REQUESTS, "", "node-csr"));
    assertEquals("system:bootstrap:abc", signed.text("spec", "username").orElse(""));
    Path certificate = folder.resolve("node.pem");
    Files.write(
        certificate,
        Base64.getDecoder().decode(signed.text("status", "certificate").orElseThrow()));

    curl("--cert", certificate, "--key", key, server.url() + "/api/v1/nodes");
    LoggedRequest last = server.log().all("GET", "/nodes").get(0);
    assertEquals("system:node:n1", last.user());
    assertEquals(200, last.status());
  }

  private void curl(Object... words) {
    List<Object> command =
        new ArrayList<>(
            List.of("curl", "-sS", "--cacert", folder.resolve("authority/certificate.pem")));
    command.addAll(List.of(words));
    Command.run(command.toArray()).ok();
  }
}
