package dev.flint.agent.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.agent.Agent;
import dev.flint.agent.StateFolder;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientFetchesTest {
  @TempDir private Path folder;

  private static JsonObject creation(long fetched) {
    return Creation.of("one")
        .with("fetched", JsonObject.empty().with("fetchedBytes", fetched).with("reusedBytes", 9L));
  }

  @Test
  void whatAClientFetchedForAnInstanceIsCounted() throws Exception {
    StateFolder state = new StateFolder(folder.resolve("state"), folder.resolve("s"));
    FakeBackend backend = new FakeBackend();
    try (Agent agent =
            Agent.start(state, Map.of("containerd", backend), Clock.systemUTC(), line -> {});
        ControlClient client = ControlClient.connect(state.socket()).orElseThrow()) {
      client.ask(creation(41));
      // There is one of this name, so nothing was fetched for this one.
      assertThrows(FlintException.class, () -> client.ask(creation(1000)));
      client.ask(JsonObject.empty().with("op", "remove").with("id", "one"));
      client.ask(creation(-5));
      assertEquals(41, agent.fetches().totals().fetchedBytes());
      assertEquals(18, agent.fetches().totals().reusedBytes());
      assertEquals(0, agent.fetches().totals().fetches());
    }
  }
}
