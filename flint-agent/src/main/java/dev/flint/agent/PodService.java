package dev.flint.agent;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.kube.NodeService;
import dev.flint.agent.node.ChildProgram;
import dev.flint.agent.node.ContainerPrograms;
import dev.flint.agent.node.ImageFetch;
import dev.flint.agent.node.ImageSpace;
import dev.flint.agent.node.PodFailures;
import dev.flint.agent.node.PodNode;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.agent.pod.watch.JoinedPods;
import dev.flint.agent.pod.watch.PodCopies;
import dev.flint.agent.pod.watch.PodSource;
import dev.flint.agent.pod.watch.PodWatch;
import dev.flint.agent.probe.Prober;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs pods: of a folder, of an API server, or of both. */
final class PodService implements Closeable {
  private final PodNode node;
  private final @Nullable NodeService server;

  private PodService(PodNode node, @Nullable NodeService server) {
    this.node = node;
    this.server = server;
  }

  /** Whether arguments ask for any. */
  static boolean isWanted(AgentArguments arguments) {
    return arguments.has(AgentArguments.PODS) || arguments.has(AgentArguments.KUBECONFIG);
  }

  /** Begins. */
  static PodService start(
      Agent agent,
      Map<String, Backend> backends,
      AgentArguments arguments,
      StateFolder state,
      HostFacts host,
      ImageSpace.Rule room,
      List<String> admission,
      Consumer<String> warnings)
      throws IOException {
    NodeService server =
        arguments.has(AgentArguments.KUBECONFIG)
            ? NodeService.open(
                arguments.get(AgentArguments.KUBECONFIG, ""),
                arguments.file(AgentArguments.BOOTSTRAP),
                System.getenv(),
                new NodeService.Parts(
                    NodeRules.settings(arguments, host.nodeName()),
                    NodeRules.kubelet(arguments),
                    agent.supervisor(),
                    backends,
                    state.root(),
                    NodeRules.limits(arguments, room.high()),
                    warnings))
            : null;
    ChildProgram child =
        new ChildProgram(List.of(arguments.get(AgentArguments.FETCHER, "flint")), state.images());
    ImageSpace space = new ImageSpace(child, state.root(), room, agent.fetches(), warnings);
    PodNode.Parts parts =
        new PodNode.Parts(
            source(arguments, state, server, warnings),
            new Volumes(state.root().resolve("volumes"), state.sockets().resolve("secrets")),
            server == null ? host : server.host(host),
            agent.supervisor(),
            new UpdateRecords(state.updates()),
            new PodFailures(state.failures(), warnings),
            new ImageFetch(child, admission, space, agent.fetches(), warnings),
            new Prober(new ContainerPrograms(agent.supervisor())),
            Backoff.Rule.RESTARTS,
            Backoff.Rule.IMAGES,
            warnings);
    PodNode node = PodNode.start(parts);
    if (server != null) {
      server.start(node, parts.host());
    }
    return new PodService(node, server);
  }

  private static PodSource source(
      AgentArguments arguments,
      StateFolder state,
      @Nullable NodeService server,
      Consumer<String> warnings) {
    Optional<PodSource> files =
        arguments.has(AgentArguments.PODS)
            ? Optional.of(
                new PodWatch(
                    Path.of(arguments.get(AgentArguments.PODS, "")).toAbsolutePath(),
                    Clock.systemUTC(),
                    new PodCopies(state.podFiles(), warnings)))
            : Optional.empty();
    if (server == null) {
      return files.orElseThrow();
    }
    return files.isPresent() ? new JoinedPods(files.get(), server.pods()) : server.pods();
  }

  /** The loop that runs them. */
  PodNode node() {
    return node;
  }

  /** Sees to it that no more pods of a server come, as those here are about to be ended. */
  void leave() {
    if (server != null) {
      server.leave();
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    node.close();
  }
}
