package dev.flint.agent.kube.serve;

import dev.flint.agent.containerd.ExecStreams;
import dev.flint.agent.containerd.Program;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.supervise.Supervisor;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Starts further programs in containers. */
@FunctionalInterface
interface Programs {
  /** Starts one. */
  Program start(InstanceId id, List<String> command, ExecStreams streams) throws IOException;

  /** By an agent's own supervisor. */
  static Programs of(Supervisor supervisor) {
    return (id, command, streams) -> supervisor.exec(id, command, Map.of(), streams);
  }
}
