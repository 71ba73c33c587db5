package dev.flint.agent.status;

import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.PodOrigin;
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
    List<JsonObject> out = new ArrayList<>();
    out.add(condition("PodReadyToStartContainers", !over && hasBegun(status), "", ""));
    out.add(condition("PodScheduled", true, "", ""));
    out.add(condition("Initialized", status.initialized(), "ContainersNotInitialized", ""));
    out.add(condition("ContainersReady", status.ready(), reason, message));
    out.add(condition("Ready", status.ready(), reason, message));
    String stale = update.step().reason();
    if (view.pod().origin() == PodOrigin.FILE || !stale.isEmpty()) {
      out.add(condition(UP_TO_DATE, stale.isEmpty(), stale, update.message()));
    }
    return out;
  }

  /**
   * Whether what a kubelet makes before all containers is there: here each has a network of its
   * own, so it can be told once one was started.
   */
  private static boolean hasBegun(PodStatus status) {
    List<ContainerStatus> all = new ArrayList<>(status.initContainers());
    all.addAll(status.containers());
    for (ContainerStatus container : all) {
      boolean ran = container.end().isPresent() && container.end().get().startedMillis() > 0;
      if (ran || container.state() == ContainerStatus.State.RUNNING) {
        return true;
      }
    }
    return false;
  }

  private static String unready(PodStatus status) {
    List<String> names = new ArrayList<>();
    for (ContainerStatus container : status.lasting()) {
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
    out = reason.isEmpty() ? out : out.with("reason", reason);
    return message.isEmpty() ? out : out.with("message", message);
  }
}
