package dev.flint.agent.kube.testing;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * One thing that happened to one object.
 *
 * @param before what it was; absent if it is new
 * @param now what it is, or was when it was removed, with the version of the change
 */
record Change(Optional<Stored> before, Stored now, boolean removed) {
  long version() {
    return now.version();
  }

  /**
   * What somebody sees who sees only some objects: one that comes into sight is added, one that
   * leaves it deleted.
   */
  Optional<String> seenBy(Predicate<Stored> selection) {
    boolean was = before.isPresent() && selection.test(before.get());
    boolean is = !removed && selection.test(now);
    if (was && is) {
      return Optional.of("MODIFIED");
    } else if (is) {
      return Optional.of("ADDED");
    }
    return was ? Optional.of("DELETED") : Optional.empty();
  }
}
