package dev.flint.agent.kube.node;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.Engine;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.Optional;

/** What a node asks of a backend, which is only whether it is there. */
final class SomeBackend implements Backend {
  private final String name;
  private Engine engine;
  private boolean away;

  SomeBackend(String name, Engine engine) {
    this.name = name;
    this.engine = engine;
  }

  void goAway() {
    away = true;
  }

  void comeBack(Engine now) {
    away = false;
    engine = now;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Engine engine() throws FlintException {
    if (away) {
      throw new FlintException(ErrorCode.NETWORK, "it does not answer");
    }
    return engine;
  }

  @Override
  public LaunchPlan plan(InstanceSpec spec, PreparedImage image, InstanceFolder folder) {
    throw new AssertionError("a node starts nothing");
  }

  @Override
  public Run start(LaunchPlan plan, InstanceFolder folder) {
    throw new AssertionError("a node starts nothing");
  }

  @Override
  public Optional<Run> adopt(LaunchPlan plan, InstanceFolder folder) {
    throw new AssertionError("a node starts nothing");
  }

  @Override
  public void clean(LaunchPlan plan, InstanceFolder folder) {
    throw new AssertionError("a node starts nothing");
  }
}
