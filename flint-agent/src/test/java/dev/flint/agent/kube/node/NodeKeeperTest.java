package dev.flint.agent.kube.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.backend.Engine;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Fault;
import dev.flint.agent.kube.testing.LoggedRequest;
import dev.flint.agent.kube.testing.Resource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeKeeperTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path state;
  private FakeApiServer server;
  private ApiClient api;

  @BeforeEach
  void start() throws Exception {
    server = FakeApiServer.start();
    api = server.client();
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  private NodeKeeper keeper() {
    return NodeKeeper.start(
        new NodeKeeper.Parts(
            api,
            NodeSettings.named("edge"),
            new NodeAddresses(List.of(), URI.create(api.server())),
            Map.of("osv", new SomeBackend("osv", new Engine("qemu", "7.2.22", "tcg"))),
            () -> true,
            state,
            EvictionLimits.usual(85),
            new Scarce(),
            line -> {},
            () -> {}));
  }

  private String ready() throws Exception {
    return server
        .cluster()
        .get(Resource.NODES, "", "edge")
        .object("status")
        .orElseThrow()
        .objects("conditions")
        .stream()
        .filter(condition -> condition.toString().contains("\"Ready\""))
        .findFirst()
        .orElseThrow()
        .requiredString("status");
  }

  private static boolean isLease(LoggedRequest request) {
    return request.method().equals("POST") && request.path().endsWith("/leases");
  }

  @Test
  void registersByItselfAndSaysThatItLeaves() throws Exception {
    try (NodeKeeper keeper = keeper()) {
      server.log().await(1, NodeKeeperTest::isLease, PATIENCE);
      assertEquals("True", ready());
    }
    assertEquals("False", ready());
  }

  @Test
  void saysThatNoMorePodsShallComeAndGoesOn() throws Exception {
    try (NodeKeeper keeper = keeper()) {
      server.log().await(1, NodeKeeperTest::isLease, PATIENCE);
      keeper.leave();
      assertEquals("False", ready());
      keeper.leave();
    }
    assertEquals("False", ready());
  }

  @Test
  void registersAsSoonAsTheServerLetsIt() throws Exception {
    server.faults().next(3, "*", "/nodes", new Fault.Status(503, 0));
    try (NodeKeeper keeper = keeper()) {
      server.log().await(1, NodeKeeperTest::isLease, PATIENCE);
      assertEquals("True", ready());
    }
  }

  /** Real files of this machine, whatever they say. */
  @Test
  void endsAlsoWhileNobodyAnswers() {
    server.goAway();
    NodeKeeper keeper = keeper();
    keeper.close();
    assertEquals(List.of(), server.log().all("PATCH", "/status"));
  }
}
