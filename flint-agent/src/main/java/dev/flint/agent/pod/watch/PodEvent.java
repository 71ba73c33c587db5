package dev.flint.agent.pod.watch;

import dev.flint.agent.pod.ObjectName;
import dev.flint.agent.pod.PodSpec;
import java.time.Duration;
import java.util.List;

/** What changed in the pods that there are to be. */
public sealed interface PodEvent {
  /** A pod that was not there. */
  record PodAdded(PodSpec pod) implements PodEvent {}

  /** A pod whose document says something else than before. */
  record PodChanged(PodSpec before, PodSpec pod) implements PodEvent {}

  /**
   * A pod that is to end within this time, for good; it is told of until it is removed. May come
   * again, with less time.
   */
  record PodStopping(ObjectName name, Duration grace) implements PodEvent {}

  /** A pod that is not wanted any more. */
  record PodRemoved(ObjectName name) implements PodEvent {}

  /** What is left of a pod that ended before anybody looked is not to stay any more. */
  record OverGone() implements PodEvent {}

  /** ConfigMaps or Secrets changed: volumes made of them are to be brought up to date. */
  record ObjectsChanged() implements PodEvent {}

  /**
   * What cannot be used of a file; what it had before stays. No problems: it is well again, or
   * gone.
   */
  record FileBroken(String file, List<String> problems) implements PodEvent {
    /** Copies the list. */
    public FileBroken {
      problems = List.copyOf(problems);
    }
  }
}
