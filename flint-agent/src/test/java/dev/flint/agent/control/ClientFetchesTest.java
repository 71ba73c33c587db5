package dev.flint.agent.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.agent.Agent;
import dev.flint.agent.StateFolder;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.instance.SpecDocument;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientFetchesTest {
  @TempDir private Path folder;

  private static JsonObject creation(long fetched) {
    InstanceSpec spec =
        new InstanceSpec(
            new InstanceId("one"),
            "lan.x/web:1",
            List.of(),
            List.of(),
            Map.of(),
            "",
            Resources.UNSAID,
            new Network.Usual(),
            List.of(),
            List.of(),
            RestartRule.NEVER,
            Duration.ofSeconds(1),
            Map.of());
    PreparedImage image =
        new PreparedImage(
            Digest.sha256("one".getBytes(StandardCharsets.UTF_8)),
            ImageConfig.of(JsonObject.empty()),
            new PreparedImage.Layers(List.of()));
    return JsonObject.empty()
        .with("op", "create")
        .with("spec", SpecDocument.write(spec))
        .with("image", ImageDocument.write(image))
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
