package dev.flint.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.control.ControlClient;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OnDemandTest {
  @TempDir private Path folder;
  private Path sockets;
  private StateFolder state;

  @BeforeEach
  void chooseSockets() throws IOException {
    sockets = Files.createTempDirectory("fs");
    state = new StateFolder(folder.resolve("state"), sockets);
  }

  @AfterEach
  void removeSockets() throws IOException {
    Files.deleteIfExists(state.socket());
    Files.deleteIfExists(sockets);
  }

  private Agent start(boolean onDemand) throws IOException {
    return Agent.start(state, Map.of(), Clock.systemUTC(), line -> {}, onDemand);
  }

  /** A command came while the service was started again. */
  @Test
  void anAgentOnDemandEndsForAServiceAlsoUnderAClient() throws Exception {
    CountDownLatch listens = new CountDownLatch(1);
    Thread onDemand =
        new Thread(
            () -> {
              try (Agent agent = start(true)) {
                listens.countDown();
                agent.awaitIdle();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    onDemand.start();
    listens.await();
    try (ControlClient client = ControlClient.connect(state.socket()).orElseThrow()) {
      OnDemand.makeWay(state);
      assertFalse(state.isTaken());
      start(false).close();
      client.awaitEnd();
    }
    onDemand.join();
  }

  @Test
  void aServiceDoesNotEndForAnother() throws Exception {
    try (Agent service = start(false)) {
      OnDemand.makeWay(state);
      assertTrue(state.isTaken());
      try (ControlClient client = ControlClient.connect(state.socket()).orElseThrow()) {
        client.ask(JsonObject.empty().with("op", "ping"));
      }
      assertTrue(service.supervisor().list().isEmpty());
    }
  }

  @Test
  void whereThereIsNoneNothingIsMade() throws Exception {
    OnDemand.makeWay(state);
    assertFalse(Files.exists(state.root()));
  }
}
