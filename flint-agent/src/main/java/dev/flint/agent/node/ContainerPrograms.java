package dev.flint.agent.node;

import dev.flint.agent.containerd.ContainerExec;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.probe.ExecProbe;
import dev.flint.agent.supervise.Supervisor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the programs of probes, in containers. */
public final class ContainerPrograms implements ExecProbe {
  private final Supervisor supervisor;

  /** In those of an agent. */
  public ContainerPrograms(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  @Override
  public End exec(InstanceSpec spec, List<String> command, int timeoutMillis) throws IOException {
    try (ProbeOutput output = ProbeOutput.open(supervisor.folder(spec.id()).sockets());
        ContainerExec exec = supervisor.exec(spec.id(), command, Map.of(), output.streams())) {
      Optional<Integer> code = exec.await(Duration.ofMillis(timeoutMillis));
      if (code.isEmpty()) {
        throw new IOException(command.get(0) + " took longer than " + timeoutMillis + " ms");
      }
      return new End(code.get(), code.get() == 0 ? "" : output.text());
    }
  }
}
