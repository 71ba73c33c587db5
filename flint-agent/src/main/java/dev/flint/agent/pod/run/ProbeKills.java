package dev.flint.agent.pod.run;

/**
 * How often this agent has ended a container as a probe of it had failed.
 *
 * @param probe the one of the last time, or empty
 */
public record ProbeKills(int count, String probe) {
  /** Never. */
  public static final ProbeKills NONE = new ProbeKills(0, "");

  ProbeKills and(String failed) {
    return new ProbeKills(count + 1, failed);
  }
}
