package dev.flint.agent.http;

import dev.flint.agent.backend.Usage;
import dev.flint.agent.instance.InstanceState.Phase;
import dev.flint.agent.supervise.InstanceView;
import dev.flint.agent.supervise.Supervisor;
import java.io.IOException;
import java.util.Optional;

/** What instances take, as far as anybody can say. */
final class Usages {
  private Usages() {}

  /** Empty for one that does not run, or cannot be asked, or is gone since it was listed. */
  static Optional<Usage> of(Supervisor supervisor, InstanceView instance) {
    if (instance.state().phase() != Phase.RUNNING) {
      return Optional.empty();
    }
    try {
      return supervisor.usage(instance.spec().id());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
