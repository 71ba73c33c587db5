package dev.flint.agent.pod.run;

import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceState;
import org.jspecify.annotations.Nullable;

/**
 * What a pod wants to know of an instance.
 *
 * @param spec with the ports that were chosen
 * @param reason for {@link Step#FAILED}, in the words of Kubernetes: {@code ErrImagePull}, ...
 * @param message for people, or empty
 * @param restarts starts after the first one
 * @param startedMillis of the present or last run, since 1970
 * @param lastEnd how the last run ended
 */
public record ContainerInstance(
    InstanceSpec spec,
    Step step,
    String reason,
    String message,
    int restarts,
    long startedMillis,
    InstanceState.@Nullable End lastEnd) {
  /** Where it is. */
  public enum Step {
    /** Its image is on its way. */
    CREATING,
    /** It could not be created or started, and nothing is done about it. */
    FAILED,
    /** It can be started. */
    CREATED,
    /** It is being started. */
    STARTING,
    /** It runs, or is being stopped. */
    RUNNING,
    /** It ended. */
    ENDED
  }
}
