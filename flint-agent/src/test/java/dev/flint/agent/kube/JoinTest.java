package dev.flint.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.OpensslSigner;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.kube.testing.ServerTls;
import dev.flint.agent.kube.testing.User;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.testing.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device with a bootstrap token becomes a node with a certificate of its own. */
@Timeout(120)
class JoinTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final FakeBackend backend = new FakeBackend();
  private FakeApiServer server;
  private TestNode.Plan plan;

  @BeforeEach
  void begin() throws Exception {
    TestCertificate shown = TestCertificate.issued(folder, "IP:127.0.0.1");
    Path clients = folder.resolve("authority/certificate.pem");
    server = FakeApiServer.start(ServerSettings.usual().withTls(new ServerTls(shown, clients)));
    server.users().token("t-join", new User("system:bootstrap:a", List.of()));
    plan = new TestNode.Plan(folder.resolve("n"), server.url(), "t-join", "edge", said::add);
    plan.write(
        "web.yaml",
        "kind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: 'lan.x/i:1'}]}\n");
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void podsOfFilesRunBeforeTheClusterHasGivenACertificate() throws Exception {
    try (TestNode node = TestNode.join(plan, backend)) {
      Containerd.await("the pod runs", () -> backend.running.size() == 1);
      LoggedRequest asked =
          server.log().await(1, r -> r.path().endsWith("/certificatesigningrequests"), LIMIT);
      assertEquals("system:bootstrap:a", asked.user());
      assertTrue(server.cluster().find(Resource.NODES, "", "edge").isEmpty());
      assertFalse(Files.exists(plan.kubeconfig()));

      JsonObject request = server.cluster().all(Resource.CERTIFICATE_REQUESTS).get(0);
      String name = request.object("metadata").orElseThrow().requiredString("name");
      OpensslSigner signer = new OpensslSigner(folder, folder.resolve("authority"));
      server.certificates().approve(name, signer.sign(request).orElseThrow());
      server.cluster().await(Resource.NODES, "", "edge", one -> true, LIMIT);
      server.cluster().await(Resource.PODS, "default", "web-edge", one -> true, LIMIT);
      List<LoggedRequest> made = server.log().all("POST", "/nodes");
      assertEquals("system:node:edge", made.get(0).user());
      assertTrue(Files.exists(plan.kubeconfig()));
    }
  }

  /** The certificate is lost, and the token was deleted as it had been used. */
  @Test
  void podsOfFilesRunWithoutATokenAndOneThatComesIsUsed() throws Exception {
    Path bootstrap = plan.home().resolve("bootstrap");
    Path own = plan.home().resolve("pki/kubelet-client-current.pem").toAbsolutePath();
    TestNode.writeKubeconfig(plan, plan.kubeconfig());
    String text = Files.readString(plan.kubeconfig());
    String user = "client-certificate: %s, client-key: %s".formatted(own, own);
    Files.writeString(plan.kubeconfig(), text.replace("token: t-join", user));
    server.certificates().signer(new OpensslSigner(folder, folder.resolve("authority")));
    try (TestNode node = TestNode.start(plan, backend, Optional.of(bootstrap))) {
      Containerd.await("the pod runs", () -> backend.running.size() == 1);
      Containerd.await("it is said", () -> !said.isEmpty());
      Path aside = plan.home().resolve("aside");
      TestNode.writeKubeconfig(plan, aside);
      Files.move(aside, bootstrap);
      server.cluster().await(Resource.NODES, "", "edge", one -> true, LIMIT);
      List<String> about =
          List.copyOf(said).stream()
              .filter(one -> one.startsWith("the node's certificate"))
              .toList();
      assertEquals(
          List.of(
              "the node's certificate cannot be got: there is no " + bootstrap,
              "the node's certificate: the server answers again"),
          about);
    }
  }
}
