package dev.flint.agent.pod.update;

import java.util.Map;

/**
 * A changed pod that runs, or is about to, and is watched.
 *
 * @param next what is tried
 * @param begun since when it is watched
 * @param boots in how many boots of the host it was begun; 0 if it never was, and then some of the
 *     pod before it may be left
 * @param over whether it is being taken back
 * @param spared ends of containers that do not count, as the host went down: by the container's
 *     name, when it was noted
 */
record Trial(PinnedPod next, BootTime begun, int boots, boolean over, Map<String, String> spared) {
  private static final BootTime NEVER = new BootTime("", 0);

  Trial {
    spared = Map.copyOf(spared);
  }

  static Trial of(PinnedPod next) {
    return new Trial(next, NEVER, 0, false, Map.of());
  }

  Trial begunAt(BootTime time) {
    return new Trial(next, time, boots + 1, over, spared);
  }

  Trial ended() {
    return new Trial(next, begun, boots, true, spared);
  }

  Trial sparing(Map<String, String> ends) {
    return new Trial(next, begun, boots, over, ends);
  }
}
