package dev.flint.agent;

import dev.flint.agent.control.ControlClient;
import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.kube.NodeTraining;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A short life of the agent's program, as a node if it can be one, for the list of classes that its
 * archive shall have. One that is missing there is no small loss: for it all jars are opened, and
 * their tables of contents stay in memory.
 */
final class ProgramTraining {
  private static final int MOMENT_MILLIS = 50;

  private ProgramTraining() {}

  /** A cluster to be a node of. */
  @FunctionalInterface
  interface Cluster {
    /** Begins. */
    NodeTraining open() throws IOException;
  }

  /**
   * Lives.
   *
   * @param folder that is there and empty
   */
  static void live(Path folder, Cluster cluster) throws IOException, InterruptedException {
    try (NodeTraining node = cluster.open()) {
      live(folder, Optional.of(node));
    } catch (IOException e) {
      // No certificate can be made, for example. What an agent alone needs is not for nothing.
      live(folder, Optional.empty());
    }
  }

  private static void live(Path folder, Optional<NodeTraining> cluster)
      throws IOException, InterruptedException {
    StateFolder state = StateFolder.of(folder.resolve("program"), System.getenv());
    // Where an agent finds itself that is told nothing.
    StateFolder.usual(System.getenv());
    Path pods = Files.createDirectories(folder.resolve("no-pods"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                AgentArguments.STATE,
                state.root().toString(),
                AgentArguments.CONTAINERD,
                folder.resolve("no.sock").toString(),
                AgentArguments.PODS,
                pods.toString(),
                AgentArguments.LISTEN,
                "127.0.0.1:0",
                AgentArguments.FETCHER,
                "false"));
    cluster.ifPresent(node -> arguments.addAll(node.options()));
    Thread program =
        new Thread(() -> AgentMain.run(arguments.toArray(String[]::new)), "flint-training");
    program.start();
    try {
      if (cluster.isPresent()) {
        cluster.get().live();
      }
    } catch (IOException e) {
      // On a slow device; then less is in the archive.
    } finally {
      while (program.isAlive() && !isAskedToEnd(state)) {
        program.join(MOMENT_MILLIS);
      }
      program.join();
      // Outside of the folder; the agent keeps there what a later one would give its pods.
      FolderTree.delete(state.sockets());
    }
  }

  private static boolean isAskedToEnd(StateFolder state) throws IOException {
    Optional<ControlClient> client = ControlClient.connect(state.socket());
    if (client.isEmpty()) {
      return false;
    }
    try (ControlClient agent = client.get()) {
      agent.ask(JsonObject.empty().with("op", "shutdown"));
    }
    return true;
  }
}
