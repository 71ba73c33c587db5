package dev.flint.bench.fleet;

import dev.flint.agent.Agent;
import dev.flint.agent.StateFolder;
import dev.flint.agent.backend.Backend;
import dev.flint.agent.kube.KubeletOptions;
import dev.flint.agent.kube.NodeService;
import dev.flint.agent.kube.node.EvictionLimits;
import dev.flint.agent.kube.node.NodeSettings;
import dev.flint.agent.node.ChildProgram;
import dev.flint.agent.node.ImageFetch;
import dev.flint.agent.node.ImageSpace;
import dev.flint.agent.node.PodFailures;
import dev.flint.agent.node.PodNode;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.agent.probe.ExecProbe;
import dev.flint.agent.probe.Prober;
import dev.flint.agent.supervise.FakeBackend;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** An agent within this process: all of a real one, but what it runs takes no process. */
final class FleetAgent implements Closeable {
  private static final long MEMORY = 1L << 30;

  private final Agent agent;
  private final NodeService server;
  private final PodNode node;

  private FleetAgent(Agent agent, NodeService server, PodNode node) {
    this.agent = agent;
    this.server = server;
    this.node = node;
  }

  /**
   * Starts one that has nothing yet.
   *
   * @param fetcher what gets an image ready
   */
  static FleetAgent start(
      Path folder, String name, Path kubeconfig, List<String> fetcher, Consumer<String> warnings)
      throws IOException {
    Map<String, Backend> backends = Map.of("fake", new FakeBackend());
    StateFolder state = new StateFolder(folder.resolve("state"), folder.resolve("s"));
    Agent agent = Agent.start(state, backends, Clock.systemUTC(), warnings);
    NodeService server =
        NodeService.open(
            kubeconfig.toString(),
            Optional.empty(),
            Map.of(),
            new NodeService.Parts(
                NodeSettings.named(name),
                new KubeletOptions("none", Optional.empty(), Optional.empty(), Optional.empty()),
                agent.supervisor(),
                backends,
                state.root(),
                EvictionLimits.usual(ImageSpace.Rule.USUAL.high()),
                warnings));
    ChildProgram child = new ChildProgram(fetcher, state.images());
    ImageSpace space =
        new ImageSpace(child, state.root(), ImageSpace.Rule.USUAL, agent.fetches(), warnings);
    PodNode.Parts parts =
        new PodNode.Parts(
            server.pods(),
            new Volumes(state.root().resolve("volumes"), state.sockets().resolve("secrets")),
            server.host(new HostFacts(name, "", 1, MEMORY)),
            agent.supervisor(),
            new UpdateRecords(state.updates()),
            new PodFailures(state.failures(), warnings),
            new ImageFetch(child, List.of(), space, agent.fetches(), warnings),
            new Prober((spec, command, millis) -> new ExecProbe.End(0, "")),
            Backoff.Rule.RESTARTS,
            Backoff.Rule.IMAGES,
            warnings);
    PodNode node = PodNode.start(parts);
    server.start(node, parts.host());
    return new FleetAgent(agent, server, node);
  }

  @Override
  public void close() throws IOException {
    server.close();
    node.close();
    agent.close();
  }
}
