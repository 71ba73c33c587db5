package dev.flint.agent.http;

import dev.flint.agent.backend.Usage;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the containers of one pod take. */
final class PodStats {
  private final List<JsonObject> containers = new ArrayList<>();
  private JsonObject reference = JsonObject.empty();
  private long received = -1;
  private long sent = -1;

  void add(Map<String, String> labels, JsonObject container, Usage usage) {
    reference =
        JsonObject.empty()
            .with("name", labels.getOrDefault(PodLabels.POD, ""))
            .with("namespace", labels.getOrDefault(PodLabels.NAMESPACE, ""))
            .with("uid", labels.getOrDefault(PodLabels.UID, ""));
    containers.add(container);
    received = sum(received, usage.receivedBytes());
    sent = sum(sent, usage.sentBytes());
  }

  /** Of what is known. */
  private static long sum(long one, long other) {
    return one < 0 ? other : other < 0 ? one : one + other;
  }

  JsonObject document(String now) {
    JsonObject out =
        JsonObject.empty().with("podRef", reference).withObjects("containers", containers);
    return received < 0 || sent < 0
        ? out
        : out.with(
            "network",
            JsonObject.empty().with("time", now).with("rxBytes", received).with("txBytes", sent));
  }
}
