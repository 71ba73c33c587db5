package dev.flint.agent;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.containerd.ContainerdBackend;
import dev.flint.agent.control.ControlClient;
import dev.flint.agent.http.AgentView;
import dev.flint.agent.http.HttpEndpoint;
import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.RestartRule;
import dev.flint.agent.kube.NodeTraining;
import dev.flint.agent.node.ChildProgram;
import dev.flint.agent.node.ImageFetch;
import dev.flint.agent.node.ImageSpace;
import dev.flint.agent.node.NoPods;
import dev.flint.agent.node.PodFailures;
import dev.flint.agent.node.PodNode;
import dev.flint.agent.pod.PodParser;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.update.PinnedPod;
import dev.flint.agent.pod.update.UpdateRecord;
import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.agent.pod.watch.PodCopies;
import dev.flint.agent.pod.watch.PodWatch;
import dev.flint.agent.probe.ExecProbe;
import dev.flint.agent.probe.Prober;
import dev.flint.agent.qemu.Acceleration;
import dev.flint.agent.qemu.QemuBackend;
import dev.flint.agent.qemu.QemuSettings;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.StoreLock;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A short life of an agent, for the list of classes that its archive shall have: it serves its
 * socket, reads a pod whose image cannot be had, and plans what it cannot start. Run by the
 * launcher only.
 */
public final class AgentTraining {
  private static final int SECONDS = 10;
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: training}
      spec:
        containers:
        - name: one
          image: localhost:1/training:1
          env: [{name: A, value: b}]
          volumeMounts: [{name: config, mountPath: /config}]
          livenessProbe: {tcpSocket: {port: 8080}}
        volumes: [{name: config, configMap: {name: training}}]
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: training}
      data: {greeting: hello}
      """;

  private AgentTraining() {}

  /** Lives. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("flint-training");
    try {
      train(folder);
      ProgramTraining.live(folder, () -> NodeTraining.open(folder));
    } finally {
      FolderTree.delete(folder);
    }
  }

  private static void train(Path folder) throws IOException, InterruptedException {
    StateFolder state = new StateFolder(folder.resolve("state"), folder.resolve("s"));
    ContainerdBackend containers =
        new ContainerdBackend(folder.resolve("no.sock"), state.root(), Map.of());
    Map<String, Backend> backends = new TreeMap<>(Map.of(containers.name(), containers));
    QemuSettings.find(System.getenv(), Acceleration.TCG, state.root())
        .ifPresent(qemu -> backends.put(QemuBackend.NAME, new QemuBackend(qemu)));
    Path pods = Files.createDirectory(folder.resolve("pods"));
    Files.writeString(pods.resolve("training.yaml"), POD);
    UpdateRecords updates = new UpdateRecords(state.updates());
    keepEarlier(updates, state);
    CountDownLatch tried = new CountDownLatch(1);
    ChildProgram child = new ChildProgram(List.of("false"), state.images());
    try (Agent agent = Agent.start(state, backends, Clock.systemUTC(), line -> {})) {
      ImageSpace space =
          new ImageSpace(child, state.root(), ImageSpace.Rule.USUAL, agent.fetches(), line -> {});
      PodNode.Parts parts =
          new PodNode.Parts(
              new PodWatch(pods, Clock.systemUTC(), new PodCopies(state.podFiles(), line -> {})),
              new Volumes(state.root().resolve("volumes"), state.sockets().resolve("secrets")),
              new HostFacts("training", "", 1, 1L << 30),
              agent.supervisor(),
              updates,
              new PodFailures(state.failures(), line -> {}),
              new ImageFetch(child, List.of(), space, agent.fetches(), line -> {}),
              new Prober((spec, command, millis) -> new ExecProbe.End(0, "")),
              Backoff.Rule.RESTARTS,
              Backoff.Rule.IMAGES,
              line -> {});
      AgentView view =
          new AgentView(
              agent.supervisor(),
              new NoPods(agent.fetches()),
              parts.host(),
              state.root(),
              Path.of("/proc"),
              Clock.systemUTC());
      try (PodNode node = PodNode.start(parts);
          HttpEndpoint http = HttpEndpoint.start("127.0.0.1:0", view)) {
        runContainer(agent, parts.images(), state, tried);
        ask(state);
        for (String page : List.of("healthz", "metrics", "stats/summary", "logs/training")) {
          look(http.address(), page);
        }
        tried.await(SECONDS, TimeUnit.SECONDS);
        while (node.pods().isEmpty()) {
          tried.await(1, TimeUnit.SECONDS);
        }
      }
    }
  }

  /** So that the pod is a changed one. */
  private static void keepEarlier(UpdateRecords updates, StateFolder state) throws IOException {
    String earlier = POD.replace("value: b", "value: a");
    JsonObject document =
        YamlReader.read(earlier.getBytes(StandardCharsets.UTF_8), "training").get(0);
    PodSpec pod = PodParser.parse(document);
    updates.keep(
        UpdateRecord.good(new PinnedPod(pod, Map.of("one", image(state.root().resolve("gone"))))));
  }

  /** Nobody listens there, so it fails; most of what a success takes is loaded all the same. */
  private static void runContainer(
      Agent agent, ImageFetch images, StateFolder state, CountDownLatch tried) throws IOException {
    InstanceId id = new InstanceId("training");
    InstanceSpec spec =
        new InstanceSpec(
            id,
            "localhost:1/training:1",
            List.of("/bin/true"),
            List.of(),
            Map.of(),
            "",
            Resources.UNSAID,
            new Network.Usual(),
            List.of(),
            List.of(),
            RestartRule.NEVER,
            Duration.ofSeconds(1),
            Map.of());
    PreparedImage image = image(state.root());
    try (StoreLock.Hold hold = images.hold(image)) {
      agent.supervisor().create(spec, image);
    }
    agent.supervisor().listen(changed -> countEnd(agent, id, tried));
    agent.supervisor().start(id);
  }

  private static PreparedImage image(Path layer) {
    return new PreparedImage(
        Digest.sha256("training".getBytes(StandardCharsets.UTF_8)),
        ImageConfig.of(JsonObject.empty()),
        new PreparedImage.Layers(List.of(layer)));
  }

  private static void countEnd(Agent agent, InstanceId id, CountDownLatch tried) {
    if (agent.supervisor().find(id).flatMap(view -> view.state().end()).isPresent()) {
      tried.countDown();
    }
  }

  private static void look(InetSocketAddress http, String page) throws IOException {
    try (Socket socket = new Socket(http.getAddress(), http.getPort())) {
      String request = "GET /" + page + " HTTP/1.0\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }

  private static void ask(StateFolder state) throws IOException {
    Optional<ControlClient> client = ControlClient.connect(state.socket());
    if (client.isPresent()) {
      try (ControlClient agent = client.get()) {
        agent.ask(JsonObject.empty().with("op", "list"));
        agent.ask(JsonObject.empty().with("op", "usage").with("id", "training"));
      } catch (FlintException e) {
        // What it answers does not matter here.
      }
    }
  }
}
