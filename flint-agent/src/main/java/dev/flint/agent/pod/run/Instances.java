package dev.flint.agent.pod.run;

import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.pod.PullPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * What a pod asks of whoever supervises instances. All calls return at once and may be repeated;
 * what became of them, {@link #find} tells.
 */
public interface Instances {
  /** What is known of an instance. */
  Optional<ContainerInstance> find(InstanceId id);

  /**
   * How long ago an instance was made, in milliseconds; 0 if it is not there. By the time of day,
   * as another process may have made it.
   */
  long age(InstanceId id);

  /** The same of its present run, or of the last one. */
  long runAge(InstanceId id);

  /** Gets its image as the policy says, and keeps it, not running; also after a failure. */
  void create(InstanceSpec spec, PullPolicy pull);

  /** Runs it, for the first time or again. */
  void start(InstanceId id);

  /** Asks it to end, and kills it after this time. */
  void stop(InstanceId id, Duration grace);

  /** Forgets one that does not run; gives up getting the image of one that is being created. */
  void remove(InstanceId id);
}
