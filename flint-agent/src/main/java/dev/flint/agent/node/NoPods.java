package dev.flint.agent.node;

import java.util.List;
import java.util.Map;

/**
 * Of an agent that has no folder of pods.
 *
 * @param count of what others fetched
 */
public record NoPods(FetchCount count) implements PodReport {
  @Override
  public List<PodView> pods() {
    return List.of();
  }

  @Override
  public Map<String, List<String>> problems() {
    return Map.of();
  }

  @Override
  public boolean isSettled() {
    return true;
  }

  @Override
  public boolean isAlive() {
    return true;
  }

  @Override
  public FetchTotals fetches() {
    return count.totals();
  }
}
