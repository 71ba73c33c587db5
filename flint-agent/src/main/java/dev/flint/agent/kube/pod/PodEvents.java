package dev.flint.agent.kube.pod;

import dev.flint.agent.kube.event.ObjectEvent;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.run.ContainerStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to pods between two looks, as events in the words of a kubelet. What came and
 * went between them is not told. Confined to one thread.
 */
final class PodEvents {
  private final Consumer<ObjectEvent> post;
  private final Map<String, Map<String, ContainerStatus>> seen = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private final Set<String> failed = new HashSet<>();
  private final Set<String> stopping = new HashSet<>();

  PodEvents(Consumer<ObjectEvent> post) {
    this.post = post;
  }

  /** Looks. */
  void look(Collection<ApiPod> pods, Map<ObjectName, PodView> views) {
    Set<String> uids = new HashSet<>();
    for (ApiPod pod : pods) {
      uids.add(pod.uid());
      PodView view = views.get(pod.name());
      boolean ours = view != null && view.pod().uid().equals(pod.uid());
      if (!pod.refusal().reason().isEmpty() && !pod.over() && refused.add(pod.uid())) {
        post.accept(
            new ObjectEvent(
                pod.name(), pod.uid(), "", true, pod.refusal().reason(), pod.refusal().message()));
      } else if (view != null && ours) {
        tellFailure(pod, view);
        look(view, pod.isBegun(), pod.grace() != null && stopping.add(pod.uid()));
      }
    }
    seen.keySet().retainAll(uids);
    failed.retainAll(uids);
    refused.retainAll(uids);
    stopping.retainAll(uids);
  }

  /** Why a pod itself is ended, its containers do not say. */
  private void tellFailure(ApiPod pod, PodView view) {
    String reason = view.status().reason();
    boolean evicted = reason.equals("Evicted");
    if ((evicted || reason.equals("DeadlineExceeded")) && !pod.over() && failed.add(pod.uid())) {
      post.accept(
          new ObjectEvent(
              pod.name(), pod.uid(), "", evicted, reason, view.status().message().strip()));
    }
  }

  private void look(PodView view, boolean begun, boolean stops) {
    Map<String, ContainerStatus> before = seen.get(view.pod().uid());
    if (before == null && !begun) {
      before = Map.of();
    }
    Map<String, ContainerStatus> now = new HashMap<>();
    for (List<ContainerStatus> list :
        List.of(
            view.status().initContainers(),
            view.status().containers(),
            view.status().ephemeral())) {
      for (ContainerStatus status : list) {
        now.put(status.name(), status);
      }
    }
    changed(view.pod(), view.pod().initContainers(), "initContainers", before, now, stops);
    changed(view.pod(), view.pod().containers(), "containers", before, now, stops);
    List<ContainerSpec> ephemeral = view.pod().ephemeralContainers();
    changed(view.pod(), ephemeral, "ephemeralContainers", before, now, stops);
    seen.put(view.pod().uid(), now);
  }

  private void changed(
      PodSpec pod,
      List<ContainerSpec> containers,
      String list,
      @Nullable Map<String, ContainerStatus> before,
      Map<String, ContainerStatus> now,
      boolean stops) {
    for (ContainerSpec container : containers) {
      ContainerStatus status = now.get(container.name());
      if (status != null) {
        ContainerStatus old = before == null ? null : before.get(container.name());
        ContainerEvents events = new ContainerEvents(pod, container, list, post);
        // What an earlier agent has left running has not begun now.
        if (before != null || status.state() == ContainerStatus.State.WAITING) {
          events.changed(old, status);
        }
        if (stops && status.state() == ContainerStatus.State.RUNNING) {
          events.stopping();
        }
      }
    }
  }
}
