package dev.flint.agent.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.agent.Agent;
import dev.flint.agent.StateFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is asked in several steps is about one stop, whatever comes between them. */
class ClientStopsTest {
  @TempDir private Path folder;

  /** As the agent does with what a pod wants. */
  @Timeout(30)
  @Test
  void aStopIsOverAlsoIfItWasStartedAgainBeforeItWasAskedFor() throws Exception {
    Path sockets = Files.createTempDirectory("fs");
    StateFolder state = new StateFolder(folder.resolve("state"), sockets);
    InstanceId id = new InstanceId("one");
    JsonObject one = JsonObject.empty().with("id", "one");
    try (Agent agent =
            Agent.start(
                state, Map.of("containerd", new FakeBackend()), Clock.systemUTC(), line -> {});
        ControlClient client = ControlClient.connect(state.socket()).orElseThrow()) {
      client.ask(Creation.of("one"));
      client.ask(one.with("op", "start"));
      Containerd.await("it runs", () -> phase(agent, id) == InstanceState.Phase.RUNNING);
      client.ask(one.with("op", "stop").with("graceMillis", 0));
      agent.supervisor().settled(id).get();
      agent.supervisor().start(id);
      JsonObject rest = client.ask(one.with("op", "settled"));
      assertEquals("EXITED", rest.requiredString("phase"));
      client.ask(one.with("op", "remove").with("force", true));
    } finally {
      Files.deleteIfExists(state.socket());
      Files.deleteIfExists(sockets);
    }
  }

  private static InstanceState.Phase phase(Agent agent, InstanceId id) {
    return agent.supervisor().find(id).orElseThrow().state().phase();
  }
}
