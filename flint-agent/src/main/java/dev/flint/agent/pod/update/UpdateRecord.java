package dev.flint.agent.pod.update;

import dev.flint.agent.pod.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a pod so that a later process decides the same.
 *
 * @param good what was well, and is gone back to
 * @param trial what has taken its place, and is watched
 * @param bad what is not tried again
 */
public record UpdateRecord(
    ObjectName name, @Nullable PinnedPod good, @Nullable Trial trial, @Nullable Bad bad) {
  /**
   * A pod that was taken back.
   *
   * @param uid of its document
   * @param why for people
   */
  record Bad(String uid, String why) {}

  /** Nothing is known of it. */
  public static UpdateRecord none(ObjectName name) {
    return new UpdateRecord(name, null, null, null);
  }

  /** Nothing but what to go back to. */
  public static UpdateRecord good(PinnedPod pod) {
    return new UpdateRecord(pod.pod().name(), pod, null, null);
  }

  UpdateRecord withTrial(@Nullable Trial other) {
    return new UpdateRecord(name, good, other, bad);
  }

  UpdateRecord withBad(@Nullable Bad other) {
    return new UpdateRecord(name, good, trial, other);
  }
}
