package dev.flint.agent.kube.node;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is so, or not so, with a Node (core/v1 NodeCondition).
 *
 * @param message always the same as long as nothing has changed, as each change is told
 */
record NodeCondition(String type, boolean holds, String reason, String message) {
  /** Whether pods may come, and those here are looked after. */
  static final String READY = "Ready";

  /**
   * Written out: that of a record is put together of method handles at its first use, by classes
   * that no start-up archive holds.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NodeCondition that
        && type.equals(that.type)
        && holds == that.holds
        && reason.equals(that.reason)
        && message.equals(that.message);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, holds, reason, message);
  }

  /** As the API has truth. */
  String status() {
    return holds ? "True" : "False";
  }
}
