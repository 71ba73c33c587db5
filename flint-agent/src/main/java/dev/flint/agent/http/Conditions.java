package dev.flint.agent.http;

import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.pod.update.UpdateStatus;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The conditions of a pod, with the kubelet's reasons; since when they hold nobody notes. */
final class Conditions {
  /** Whether what runs is what the file of the pod says. */
  private static final String UP_TO_DATE = "flint.dev/UpToDate";

  private Conditions() {}

  static List<JsonObject> of(PodView view) {
    PodStatus status = view.status();
    UpdateStatus update = view.update();
    boolean over =
        status.phase() == PodStatus.Phase.SUCCEEDED || status.phase() == PodStatus.Phase.FAILED;
    String reason =
        status.phase() == PodStatus.Phase.SUCCEEDED
            ? "PodCompleted"
            : over ? "PodFailed" : "ContainersNotReady";
    String message = unready(status);
    return List.of(
        condition("PodScheduled", true, "", ""),
        condition("Initialized", status.initialized(), "ContainersNotInitialized", ""),
        condition("ContainersReady", status.ready(), reason, message),
        condition("Ready", status.ready(), reason, message),
        condition(
            UP_TO_DATE,
            update.step().reason().isEmpty(),
            update.step().reason(),
            update.message()));
  }

  private static String unready(PodStatus status) {
    List<String> names = new ArrayList<>();
    for (ContainerStatus container : status.containers()) {
      if (!container.ready()) {
        names.add(container.name());
      }
    }
    return names.isEmpty()
        ? ""
        : "containers with unready status: [" + String.join(" ", names) + "]";
  }

  private static JsonObject condition(String type, boolean holds, String reason, String message) {
    JsonObject out = JsonObject.empty().with("type", type).with("status", holds ? "True" : "False");
    if (holds) {
      return out;
    }
    out = out.with("reason", reason);
    return message.isEmpty() ? out : out.with("message", message);
  }
}
