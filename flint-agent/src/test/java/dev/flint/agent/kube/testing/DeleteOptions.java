package dev.flint.agent.kube.testing;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How to delete.
 *
 * @param grace seconds
 */
record DeleteOptions(OptionalLong grace, Optional<String> uid, Optional<String> version) {
  static DeleteOptions of(Optional<Tree> body, Optional<String> queriedGrace) {
    Tree options = body.orElseGet(Tree::new);
    OptionalLong grace = options.number("gracePeriodSeconds");
    if (grace.isEmpty() && queriedGrace.isPresent()) {
      grace = OptionalLong.of(Long.parseLong(queriedGrace.get()));
    }
    return new DeleteOptions(
        grace,
        options.text("preconditions", "uid"),
        options.text("preconditions", "resourceVersion"));
  }
}
