package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PeerTest {
  private static final Peer PEER = new Peer("other", 42);

  private static JsonObject own() {
    List<JsonObject> namespaces = new ArrayList<>();
    for (String type : List.of("pid", "ipc", "uts", "network")) {
      namespaces.add(JsonObject.empty().with("type", type));
    }
    return JsonObject.empty()
        .with("hostname", "web")
        .with("linux", JsonObject.empty().withObjects("namespaces", namespaces));
  }

  /** What of the other's it has. */
  private static String joined(JsonObject document) throws FlintException {
    List<String> paths = new ArrayList<>();
    for (JsonObject one : document.object("linux").orElseThrow().objects("namespaces")) {
      one.string("path").ifPresent(paths::add);
    }
    return String.join(" ", paths);
  }

  @Test
  void joinsNoMoreThanIsAskedFor() throws FlintException {
    InstanceSpec processes = TestSpecs.args().withExtras(Extras.NONE.withProcessesOf("other"));
    assertEquals("/proc/42/ns/pid", joined(PEER.join(own(), processes)));
    assertTrue(PEER.join(own(), processes).has("hostname"));

    InstanceSpec network =
        TestSpecs.args().withNetwork(new Network.Joined(new InstanceId("other")));
    assertEquals("/proc/42/ns/uts /proc/42/ns/net", joined(PEER.join(own(), network)));
    assertFalse(PEER.join(own(), network).has("hostname"));

    InstanceSpec both = network.withExtras(processes.extras());
    assertEquals("/proc/42/ns/pid /proc/42/ns/uts /proc/42/ns/net", joined(PEER.join(own(), both)));
  }

  @Test
  void staysWhatItWas() throws FlintException {
    assertEquals(PEER, Peer.of(PEER.json()));
  }
}
