package dev.flint.agent.kube.pod;

import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.kube.event.ObjectEvent;
import dev.flint.agent.pod.ContainerSpec;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.PullPolicy;
import dev.flint.agent.pod.run.ContainerStatus;
import dev.flint.agent.pod.run.ContainerStatus.State;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The events of one container. */
final class ContainerEvents {
  private static final String BEGINS = "ContainerCreating";
  private static final String PULL = "ErrImagePull";
  private static final String PULL_LATER = "ImagePullBackOff";
  private static final Set<String> NOT_YET = Set.of("", BEGINS, "PodInitializing");

  /** What a volume that cannot be made is told with. */
  private static final Pattern VOLUME = Pattern.compile("pod \\S+: volume (\\S+): (.*)");

  private final PodSpec pod;
  private final ContainerSpec container;
  private final String list;
  private final Consumer<ObjectEvent> post;

  ContainerEvents(PodSpec pod, ContainerSpec container, String list, Consumer<ObjectEvent> post) {
    this.pod = pod;
    this.container = container;
    this.list = list;
    this.post = post;
  }

  /**
   * Tells what happened.
   *
   * @param old null if it was not there
   */
  void changed(@Nullable ContainerStatus old, ContainerStatus now) {
    String before = old == null || old.state() != State.WAITING ? "" : old.reason();
    boolean ran = old != null && old.state() != State.WAITING;
    boolean killed = now.kills().count() > (old == null ? 0 : old.kills().count());
    boolean again = old != null && now.restarts() > old.restarts();
    boolean ends = now.state() == State.RUNNING && !again;
    if (killed && !ends) {
      killedForProbe(now);
    }
    if (now.state() == State.WAITING) {
      if (!now.reason().equals(before)) {
        waits(old, before, now);
      }
      return;
    }
    if (!ran && now.restarts() == 0) {
      tell(false, "Pulled", "Container image \"" + container.image() + "\" is present on machine");
      tell(false, "Created", "Created container: " + container.name());
    }
    if (!ran || again) {
      tell(false, "Started", "Started container " + container.name());
    }
    boolean told = old != null && old.message().equals(now.message());
    if (now.state() == State.RUNNING && !now.message().isEmpty() && !told) {
      tell(true, "Unhealthy", now.message());
    }
    if (killed && ends) {
      killedForProbe(now);
    }
  }

  private void killedForProbe(ContainerStatus now) {
    boolean comesBack = container.sidecar() || pod.restart() != RestartRule.When.NEVER;
    tell(
        false,
        "Killing",
        "Container "
            + container.name()
            + " failed "
            + now.kills().probe()
            + " probe"
            + (comesBack ? ", will be restarted" : ""));
  }

  private void waits(@Nullable ContainerStatus old, String before, ContainerStatus now) {
    String image = "image \"" + container.image() + "\"";
    Matcher volume = VOLUME.matcher(now.message());
    switch (now.reason()) {
      case BEGINS -> {
        boolean first = old == null || !before.isEmpty();
        boolean made = now.restarts() > 0 || now.end().isPresent();
        if (first && !made && container.pull() != PullPolicy.NEVER) {
          tell(false, "Pulling", "Pulling " + image);
        }
      }
      case "", "PodInitializing" -> {}
      case PULL -> pullFailed(image, now);
      case PULL_LATER -> {
        if (NOT_YET.contains(before)) {
          pullFailed(image, now);
        }
        tell(false, "BackOff", "Back-off pulling " + image);
        tell(true, "Failed", "Error: " + PULL_LATER);
      }
      case "CrashLoopBackOff" ->
          tell(
              true,
              "BackOff",
              "Back-off restarting failed container "
                  + container.name()
                  + " in pod "
                  + pod.name().name()
                  + "_"
                  + pod.name().namespace()
                  + "("
                  + pod.uid()
                  + ")");
      case "CreateContainerConfigError", "CreateContainerError", "RunContainerError" -> {
        if (volume.matches()) {
          String failed = "MountVolume.SetUp failed for volume \"" + volume.group(1) + "\" : ";
          post.accept(
              new ObjectEvent(
                  pod.name(), pod.uid(), "", true, "FailedMount", failed + volume.group(2)));
        } else {
          tell(true, "Failed", "Error: " + now.message());
        }
      }
      default -> tell(true, now.reason(), now.message());
    }
  }

  private void pullFailed(String image, ContainerStatus now) {
    tell(true, "Failed", "Failed to pull " + image + ": " + now.message());
    tell(true, "Failed", "Error: " + PULL);
  }

  /** It is being ended. */
  void stopping() {
    tell(false, "Killing", "Stopping container " + container.name());
  }

  private void tell(boolean warning, String reason, String message) {
    String field = "spec." + list + "{" + container.name() + "}";
    post.accept(new ObjectEvent(pod.name(), pod.uid(), field, warning, reason, message));
  }
}
