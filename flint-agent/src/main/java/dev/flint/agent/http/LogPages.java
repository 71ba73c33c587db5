package dev.flint.agent.http;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceState;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.log.LogReader;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.launch.PodLabels;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /logs/INSTANCE} and {@code /logs/NAMESPACE/POD/CONTAINER}. */
final class LogPages {
  private static final long LOOK_MILLIS = 250;

  private final AgentView view;
  private final Followers followers;

  LogPages(AgentView view, Followers followers) {
    this.view = view;
    this.followers = followers;
  }

  /**
   * Answers.
   *
   * @param path what follows {@code /logs/}
   */
  void serve(List<String> path, Map<String, String> query, Call call) throws IOException {
    LogWish wish = LogWish.of(query, view.clock().instant());
    InstanceId id = path.size() == 1 ? instance(path.get(0)) : container(path);
    view.supervisor().updateLog(id);
    LogReader reader = new LogReader(view.supervisor().folder(id));
    LogAnswer answer = new LogAnswer(call, wish);
    try {
      if (wish.follow() && !call.isHead()) {
        try (Followers.Follower place = followers.begin()) {
          reader.follow(wish.query(), answer, () -> awaitMore(id, place, answer));
        }
      } else if (wish.query().previous()) {
        reader.readBefore(present(id, path), wish.query(), answer);
      } else {
        reader.read(wish.query(), answer);
      }
    } catch (LogAnswer.Full e) {
      // As much as was asked for.
    }
    answer.begin();
  }

  /** The number of the run that runs, or would; one that has ended if none will follow it. */
  private int present(InstanceId id, List<String> path) throws FlintException {
    Optional<InstanceView> instance = view.supervisor().find(id);
    if (instance.isEmpty()) {
      throw absent(id);
    }
    InstanceState state = instance.get().state();
    // Between two runs a kubelet takes the one that has ended for the previous one already.
    boolean waits =
        state.phase() == Phase.WAITING || (state.phase() == Phase.EXITED && isWaiting(path));
    return waits ? state.restarts() + 1 : state.restarts();
  }

  /** Whether a pod will start its container again. */
  private boolean isWaiting(List<String> path) {
    Optional<PodView> pod = path.size() == 1 ? Optional.empty() : pod(path);
    return pod.isPresent()
        && status(pod.get(), path.get(2))
            .filter(status -> status.state() == ContainerStatus.State.WAITING)
            .isPresent();
  }

  private boolean awaitMore(InstanceId id, Followers.Follower place, LogAnswer answer)
      throws IOException {
    if (answer.flush()) {
      place.served();
    }
    try {
      return !place.awaitEnd(LOOK_MILLIS) && isRunning(id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a log was followed");
    }
  }

  private boolean isRunning(InstanceId id) {
    Optional<InstanceView> instance = view.supervisor().find(id);
    if (instance.isEmpty()) {
      return false;
    }
    InstanceState state = instance.get().state();
    boolean over = state.phase() == Phase.EXITED || state.phase() == Phase.CREATED;
    return state.wanted() || !over;
  }

  private InstanceId instance(String name) throws FlintException {
    InstanceId id = InstanceId.parse(name);
    if (view.supervisor().find(id).isEmpty()) {
      throw absent(id);
    }
    return id;
  }

  private static FlintException absent(InstanceId id) {
    return new FlintException(ErrorCode.NOT_FOUND, "there is no instance named " + id);
  }

  /** Looked up among what is there: no name from outside becomes a path. */
  private InstanceId container(List<String> path) throws FlintException {
    for (InstanceView instance : view.supervisor().list()) {
      Map<String, String> labels = instance.spec().labels();
      if (path.get(0).equals(labels.get(PodLabels.NAMESPACE))
          && path.get(1).equals(labels.get(PodLabels.POD))
          && path.get(2).equals(labels.get(PodLabels.CONTAINER))) {
        return instance.spec().id();
      }
    }
    throw new FlintException(ErrorCode.NOT_FOUND, absent(path));
  }

  private String absent(List<String> path) {
    Optional<PodView> pod = pod(path);
    if (pod.isEmpty()) {
      return "there is no pod of this name";
    }
    return status(pod.get(), path.get(2))
        .map(status -> "container " + status.name() + " is waiting to start: " + status.reason())
        .orElse("the pod has no container of this name");
  }

  private Optional<PodView> pod(List<String> path) {
    for (PodView pod : view.pods().pods()) {
      if (pod.pod().name().namespace().equals(path.get(0))
          && pod.pod().name().name().equals(path.get(1))) {
        return Optional.of(pod);
      }
    }
    return Optional.empty();
  }

  private static Optional<ContainerStatus> status(PodView pod, String container) {
    List<ContainerStatus> all = new ArrayList<>(pod.status().initContainers());
    all.addAll(pod.status().containers());
    all.addAll(pod.status().ephemeral());
    for (ContainerStatus status : all) {
      if (status.name().equals(container)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }
}
