package dev.flint.agent.pod;

import dev.flint.agent.instance.RestartRule;
import dev.flint.oci.error.FlintException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How long a changed pod has to show that it is well. If nothing is said that is a minute and what
 * the probes may take, and nothing for pods that end: running one of those once more is no way
 * back.
 */
final class UpdateWindow {
  private static final int USUAL_SECONDS = 60;
  private static final int MAX_SECONDS = 24 * 60 * 60;

  private UpdateWindow() {}

  static Duration of(
      Fields metadata,
      Map<String, String> annotations,
      RestartRule.When restart,
      List<ContainerSpec> containers)
      throws FlintException {
    String text = annotations.get(PodSpec.UPDATE_WINDOW);
    if (text == null) {
      return restart == RestartRule.When.ALWAYS
          ? Duration.ofSeconds(USUAL_SECONDS + probing(containers))
          : Duration.ZERO;
    }
    long seconds = Span.seconds(text);
    if (seconds < 0 || seconds > MAX_SECONDS) {
      throw metadata.bad(
          "annotations[" + PodSpec.UPDATE_WINDOW + "]",
          "must be a time up to 24h, as 90s, 5m or 1h; 0s never goes back");
    }
    return Duration.ofSeconds(seconds);
  }

  /** The longest that a container may take until its probes have succeeded, in seconds. */
  private static long probing(List<ContainerSpec> containers) {
    long longest = 0;
    for (ContainerSpec container : containers) {
      ProbeSpec startup = container.startup();
      ProbeSpec readiness = container.readiness();
      long one = 0;
      if (startup != null) {
        one += startup.initialDelay() + (long) startup.period() * startup.failures();
      }
      if (readiness != null) {
        one += readiness.initialDelay() + (long) readiness.period() * readiness.successes();
      }
      longest = Math.max(longest, one);
    }
    return Math.min(longest, MAX_SECONDS);
  }
}
