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
    LogReader reader = new LogReader(view.supervisor().folder(id));
    LogAnswer answer = new LogAnswer(call, wish);
    try {
      if (wish.follow() && !call.isHead()) {
        try (Followers.Follower place = followers.begin()) {
          reader.follow(wish.query(), answer, () -> awaitMore(id, place, answer));
        }
      } else {
        reader.read(wish.query(), answer);
      }
    } catch (LogAnswer.Full e) {
      // As much as was asked for.
    }
    answer.begin();
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
      throw new FlintException(ErrorCode.NOT_FOUND, "there is no instance named " + id);
    }
    return id;
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
    for (PodView pod : view.pods().pods()) {
      if (pod.pod().name().namespace().equals(path.get(0))
          && pod.pod().name().name().equals(path.get(1))) {
        List<ContainerStatus> all = new ArrayList<>(pod.status().initContainers());
        all.addAll(pod.status().containers());
        all.addAll(pod.status().ephemeral());
        for (ContainerStatus status : all) {
          if (status.name().equals(path.get(2))) {
            return "container " + status.name() + " is waiting to start: " + status.reason();
          }
        }
        return "the pod has no container of this name";
      }
    }
    return "there is no pod of this name";
  }
}
