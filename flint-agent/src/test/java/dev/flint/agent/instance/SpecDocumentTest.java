package dev.flint.agent.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SpecDocumentTest {
  private static InstanceSpec spec(Resources resources) {
    return new InstanceSpec(
        new InstanceId("web"),
        "i:1",
        List.of(),
        List.of(),
        Map.of(),
        "",
        resources,
        new Network.Usual(),
        List.of(),
        List.of(),
        RestartRule.NEVER,
        Duration.ofSeconds(10),
        Map.of());
  }

  @Test
  void keepsLimitsAndRequestsApart() throws FlintException {
    InstanceSpec spec = spec(new Resources(1, 2, 3, 4));
    assertEquals(spec, SpecDocument.read(SpecDocument.write(spec)));
  }

  /** In the state folder of a device, or from a client. */
  @Test
  void readsWhatOlderAgentsWrote() throws FlintException {
    String old =
        """
        {"id":"web","image":"i:1","command":[],"args":[],"env":[],"workingDir":"",
        "milliCpus":500,"memoryBytes":64,"network":{"kind":"usual"},"mounts":[],
        "restart":"NEVER","maxRetries":0,"stopGraceMillis":10000,"labels":{}}
        """;
    JsonObject json = JsonObject.parse(old.getBytes(StandardCharsets.UTF_8), "spec");
    assertEquals(spec(new Resources(500, 64)), SpecDocument.read(json));
  }
}
