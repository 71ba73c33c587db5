package dev.flint.cli.command;

import dev.flint.agent.pod.PullPolicy;

/** When a registry is asked for an image to run; in the words of docker. */
enum PullChoice {
  /** For every run. */
  always(PullPolicy.ALWAYS),
  /** If the image is not here. */
  missing(PullPolicy.IF_NOT_PRESENT),
  /** Never. */
  never(PullPolicy.NEVER);

  private final PullPolicy policy;

  PullChoice(PullPolicy policy) {
    this.policy = policy;
  }

  PullPolicy policy() {
    return policy;
  }
}
