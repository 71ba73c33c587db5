package dev.flint.agent.kube.node;

import java.util.List;

/** Which conditions of this Node say that something is scarce, as was last seen. Thread-safe. */
public final class Scarce {
  private volatile List<String> conditions = List.of();

  /** Nothing is scarce yet. */
  public Scarce() {}

  void set(List<String> now) {
    conditions = now;
  }

  /** Their types, {@code MemoryPressure} for example; empty if there is enough of everything. */
  public List<String> conditions() {
    return conditions;
  }
}
