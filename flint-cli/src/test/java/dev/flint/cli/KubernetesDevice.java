package dev.flint.cli;

import dev.flint.agent.kube.testing.ClusterRole;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.Resource;
import dev.flint.agent.kube.testing.ServerSettings;
import dev.flint.agent.kube.testing.User;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A device whose agent is the node {@code edge} of an API server, with the rights that the
 * documentation says to give it.
 */
final class KubernetesDevice implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(90);

  private static final Path RBAC = Path.of("..", "docs", "flint-agent-rbac.yaml");

  private static final List<String> ROOMY = List.of("--eviction-hard", "memory.available<1Mi");

  private final AgentDevice device;
  private final FakeApiServer server;
  private final Path kubeconfig;

  /** Of its own: other tests run beside this one, and leave theirs in files. */
  private final String token = "t-" + UUID.randomUUID();

  private KubernetesDevice(AgentDevice device, FakeApiServer server, Path folder)
      throws IOException {
    this.device = device;
    this.server = server;
    User agent = User.serviceAccount("flint-agent", "flint-agent");
    server.users().token(token, agent);
    server.users().bind(agent.name(), ClusterRole.read(Files.readAllBytes(RBAC)));
    kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            current-context: test
            contexts: [{name: test, context: {cluster: test, user: test}}]
            clusters: [{name: test, cluster: {server: "%s"}}]
            users: [{name: test, user: {token: %s}}]
            """
                .formatted(server.url(), token),
            StandardCharsets.UTF_8);
  }

  /** What the agent shows the server. */
  String token() {
    return token;
  }

  /** Starts all but the agent. */
  static KubernetesDevice make(Path folder) throws IOException {
    // What the command of the agent looks for to get images.
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path program = bin.resolve("flint");
    Files.writeString(
        program, "#!/bin/sh\nexec \"${0%/bin/flint}/fetch\" \"$@\"\n", StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    AgentDevice device = AgentDevice.make(folder, bin + File.pathSeparator + System.getenv("PATH"));
    try {
      return new KubernetesDevice(
          device, FakeApiServer.start(ServerSettings.usual().withoutPodDefaults()), folder);
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  AgentDevice device() {
    return device;
  }

  FakeApiServer server() {
    return server;
  }

  /** What the agent is told to be a node. */
  private List<String> options() {
    return List.of(
        "--kubeconfig",
        kubeconfig.toString(),
        "--node-name",
        "edge",
        "--kubelet-listen",
        "127.0.0.1:0");
  }

  /** Starts the agent, with further options; without any, no pod goes as the disk is full. */
  void startAgent(String... more) throws IOException {
    List<String> options = new ArrayList<>(options());
    options.addAll(more.length > 0 ? List.of(more) : ROOMY);
    device.startAgent(options.toArray(String[]::new));
  }

  /** Starts the agent by the command line, with words before {@code agent}. */
  void startAgentByCommand(String... words) throws IOException {
    List<String> program = new ArrayList<>(AgentDevice.java(Flint.class.getName()));
    program.addAll(List.of(words));
    program.add("agent");
    device.startAgent(program, options().toArray(String[]::new));
  }

  /** A pod of this node, as YAML. */
  static String pod(String name, String restart, String... containers) {
    return "apiVersion: v1\n"
        + AgentPods.pod(name, restart, containers).replace("spec:\n", "spec:\n  nodeName: edge\n");
  }

  JsonObject awaitPhase(String name, String phase) throws InterruptedException {
    return server
        .cluster()
        .await(
            Resource.PODS, "default", name, pod -> phase.equals(text(status(pod), "phase")), LIMIT);
  }

  JsonObject awaitReady(String name) throws InterruptedException {
    return server.cluster().await(Resource.PODS, "default", name, KubernetesDevice::isReady, LIMIT);
  }

  /** Whether a pod or a node says that it is. */
  static boolean isReady(JsonObject object) {
    try {
      for (JsonObject condition : status(object).objects("conditions")) {
        if (text(condition, "type").equals("Ready")) {
          return text(condition, "status").equals("True");
        }
      }
      return false;
    } catch (FlintException e) {
      throw new AssertionError(e);
    }
  }

  static JsonObject status(JsonObject object) {
    try {
      return object.object("status").orElse(JsonObject.empty());
    } catch (FlintException e) {
      throw new AssertionError(e);
    }
  }

  static String text(JsonObject object, String name) {
    try {
      return object.string(name).orElse("");
    } catch (FlintException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    try (FakeApiServer ended = server) {
      device.close();
    }
  }
}
