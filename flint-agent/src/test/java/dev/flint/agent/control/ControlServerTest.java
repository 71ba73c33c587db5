package dev.flint.agent.control;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerTest {
  @TempDir Path folder;

  /** An agent that has nothing to do ends between two clients, never under one. */
  @Test
  void endsOnlyWhereNobodyIsConnected() throws Exception {
    Path sockets = Files.createTempDirectory("fs");
    Path socket = sockets.resolve("s");
    InstanceStore store = new InstanceStore(folder, sockets);
    try (Supervisor supervisor = new Supervisor(store, Map.of(), Clock.systemUTC(), warning -> {});
        ControlServer server =
            ControlServer.start(
                socket,
                new ControlSession.Factory(
                    supervisor,
                    new Removals(supervisor, Runnable::run, warning -> {}),
                    new Execs(supervisor),
                    () -> {},
                    false,
                    JsonObject::empty,
                    fetched -> {}))) {
      try (ControlClient client = ControlClient.connect(socket).orElseThrow()) {
        client.ask(JsonObject.empty().with("op", "ping"));
        assertFalse(server.closeIfUnused());
        client.ask(JsonObject.empty().with("op", "ping"));
      }
      Containerd.await("the client is gone", () -> server.connections() == 0);
      assertTrue(server.closeIfUnused());
      // The one who accepts may still be on the way out of that.
      Containerd.await("nobody listens", () -> ControlClient.connect(socket).isEmpty());
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(sockets);
    }
  }
}
