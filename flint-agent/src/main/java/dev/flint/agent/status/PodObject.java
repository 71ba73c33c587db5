package dev.flint.agent.status;

import dev.flint.agent.instance.InstanceState.End;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.InstanceNames;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.ContainerStatus.State;
import dev.flint.agent.pod.run.PodStatus;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pod as the API of Kubernetes has it (core/v1 Pod), as far as there is something to say. Of what
 * containers are given only names and images, as the rest may be secret.
 */
public final class PodObject {
  /** Of the last words of all containers of a pod, in bytes, as a kubelet has it. */
  private static final int MOST_WORDS = 12 * 1024;

  private final Supervisor supervisor;

  /** Of pods whose instances this supervisor has. */
  public PodObject(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  /** The whole object. */
  public JsonObject of(PodView view, HostFacts host) {
    PodSpec pod = view.pod();
    JsonObject metadata =
        JsonObject.empty()
            .with("name", pod.name().name())
            .with("namespace", pod.name().namespace())
            .with("uid", pod.uid())
            .withMap("labels", pod.labels())
            .withMap("annotations", pod.annotations());
    JsonObject spec = JsonObject.empty().withObjects("containers", containers(pod.containers()));
    if (!pod.initContainers().isEmpty()) {
      spec = spec.withObjects("initContainers", containers(pod.initContainers()));
    }
    if (!pod.ephemeral().isEmpty()) {
      spec = spec.withObjects("ephemeralContainers", containers(pod.ephemeralContainers()));
    }
    String restart =
        switch (pod.restart()) {
          case ALWAYS -> "Always";
          case ON_FAILURE -> "OnFailure";
          case NEVER -> "Never";
        };
    spec =
        spec.with("restartPolicy", restart)
            .with("terminationGracePeriodSeconds", pod.stopGrace().toSeconds())
            .with("nodeName", host.nodeName());
    if (pod.hostNetwork()) {
      spec = spec.with("hostNetwork", true);
    }
    return JsonObject.empty()
        .with("metadata", metadata)
        .with("spec", spec)
        .with("status", status(view, host));
  }

  private static List<JsonObject> containers(List<ContainerSpec> containers) {
    List<JsonObject> out = new ArrayList<>();
    for (ContainerSpec container : containers) {
      out.add(JsonObject.empty().with("name", container.name()).with("image", container.image()));
    }
    return out;
  }

  /** Its status alone (core/v1 PodStatus). */
  public JsonObject status(PodView view, HostFacts host) {
    PodSpec pod = view.pod();
    PodStatus status = view.status();
    JsonObject out =
        JsonObject.empty()
            .with("phase", status.phase().word())
            .withObjects("conditions", Conditions.of(view));
    if (!status.reason().isEmpty()) {
      out = out.with("reason", status.reason());
    }
    if (!status.message().isEmpty()) {
      out = out.with("message", status.message());
    }
    // It may be another one the next time.
    String here = host.address();
    if (!here.isEmpty()) {
      out = out.with("hostIP", here).withObjects("hostIPs", ips(here));
    }
    long begun = begun(pod);
    String address = address(pod);
    if (address.isEmpty() && begun > 0 && pod.isAtHostAddress()) {
      // Without it a Service would not lead there.
      address = here;
    }
    if (!address.isEmpty()) {
      out = out.with("podIP", address).withObjects("podIPs", ips(address));
    }
    if (begun > 0) {
      out = out.with("startTime", Times.seconds(begun));
    }
    if (!pod.initContainers().isEmpty()) {
      out =
          out.withObjects(
              "initContainerStatuses",
              statuses(pod, pod.initContainers(), status.initContainers()));
    }
    if (!pod.ephemeral().isEmpty()) {
      List<JsonObject> looking = new ArrayList<>();
      for (JsonObject one : statuses(pod, pod.ephemeralContainers(), status.ephemeral())) {
        // It has no probes by which it could have been.
        looking.add(one.without("started"));
      }
      out = out.withObjects("ephemeralContainerStatuses", looking);
    }
    return out.withObjects(
        "containerStatuses", statuses(pod, pod.containers(), status.containers()));
  }

  private static List<JsonObject> ips(String address) {
    return List.of(JsonObject.empty().with("ip", address));
  }

  private List<JsonObject> statuses(
      PodSpec pod, List<ContainerSpec> containers, List<ContainerStatus> statuses) {
    List<JsonObject> out = new ArrayList<>();
    for (ContainerStatus status : statuses) {
      int room = MOST_WORDS / pod.everyContainer().size();
      for (ContainerSpec container : containers) {
        if (container.name().equals(status.name())) {
          out.add(container(container, status, instance(pod, container), room));
        }
      }
    }
    return out;
  }

  private static JsonObject container(
      ContainerSpec container, ContainerStatus status, Optional<InstanceView> instance, int room) {
    String id =
        instance.isPresent() ? instance.get().backend() + "://" + instance.get().spec().id() : "";
    Optional<End> last = status.state() == State.TERMINATED ? Optional.empty() : status.end();
    JsonObject out =
        JsonObject.empty()
            .with("name", status.name())
            .with("state", state(status, instance, id, room))
            .with(
                "lastState",
                last.isPresent()
                    ? JsonObject.empty().with("terminated", terminated(last.get(), id, room))
                    : JsonObject.empty())
            .with("ready", status.ready())
            .with("started", status.started())
            .with("restartCount", status.restarts())
            .with("image", container.image());
    String digest = instance.isPresent() ? instance.get().image().manifest().toString() : "";
    out = out.with("imageID", digest.isEmpty() ? "" : repository(container.image()) + "@" + digest);
    return id.isEmpty() ? out : out.with("containerID", id);
  }

  private static JsonObject state(
      ContainerStatus status, Optional<InstanceView> instance, String id, int room) {
    if (status.state() == State.TERMINATED && status.end().isPresent()) {
      return JsonObject.empty().with("terminated", terminated(status.end().get(), id, room));
    }
    if (status.state() == State.RUNNING) {
      long started = instance.isPresent() ? instance.get().state().startedMillis() : 0;
      JsonObject running = JsonObject.empty();
      return JsonObject.empty()
          .with(
              "running", started > 0 ? running.with("startedAt", Times.seconds(started)) : running);
    }
    JsonObject waiting = JsonObject.empty().with("reason", status.reason());
    return JsonObject.empty()
        .with(
            "waiting",
            status.message().isEmpty() ? waiting : waiting.with("message", status.message()));
  }

  private static JsonObject terminated(End end, String id, int room) {
    JsonObject out = JsonObject.empty().with("exitCode", end.code()).with("reason", end.reason());
    String words = end.words().isEmpty() ? end.message() : end.words();
    if (!words.isEmpty()) {
      out = out.with("message", first(words, room));
    }
    if (end.startedMillis() > 0) {
      out = out.with("startedAt", Times.seconds(end.startedMillis()));
    }
    out = out.with("finishedAt", Times.seconds(end.finishedMillis()));
    return id.isEmpty() ? out : out.with("containerID", id);
  }

  /** Its first so many bytes, without half of a character. */
  private static String first(String text, int room) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= room) {
      return text;
    }
    int end = room;
    while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private Optional<InstanceView> instance(PodSpec pod, ContainerSpec container) {
    Optional<InstanceView> found = supervisor.find(InstanceNames.of(pod.name(), container.name()));
    // One of an earlier pod of this name may be on its way out.
    boolean ours =
        found.isPresent() && pod.uid().equals(found.get().spec().labels().get(PodLabels.UID));
    return ours ? found : Optional.empty();
  }

  /** That of the first container which has one of its own. */
  private String address(PodSpec pod) {
    for (ContainerSpec container : pod.containers()) {
      Optional<InstanceView> instance = instance(pod, container);
      if (instance.isPresent() && !instance.get().state().address().isEmpty()) {
        return instance.get().state().address();
      }
    }
    return "";
  }

  private long begun(PodSpec pod) {
    List<ContainerSpec> all = new ArrayList<>(pod.initContainers());
    all.addAll(pod.containers());
    long begun = 0;
    for (ContainerSpec container : all) {
      Optional<InstanceView> instance = instance(pod, container);
      long created = instance.isPresent() ? instance.get().state().createdMillis() : 0;
      begun = begun == 0 || (created > 0 && created < begun) ? created : begun;
    }
    return begun;
  }

  /** A reference without its tag and digest. */
  private static String repository(String reference) {
    int at = reference.indexOf('@');
    String name = at < 0 ? reference : reference.substring(0, at);
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }
}
