package dev.flint.agent.kube;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.kube.node.EvictionLimits;
import dev.flint.agent.kube.node.NodeSettings;
import dev.flint.agent.node.ChildProgram;
import dev.flint.agent.node.ContainerPrograms;
import dev.flint.agent.node.FetchCount;
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
import dev.flint.agent.pod.watch.PodWatch;
import dev.flint.agent.probe.Prober;
import dev.flint.agent.supervise.FakeBackend;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What makes a node of a device, put together as the agent does, in the process of a test. */
public final class TestNode implements Closeable {
  /** A node, and files of pods beside what the server has. */
  public record Plan(Path home, String url, String token, String name, Consumer<String> said) {
    Path kubeconfig() {
      return home.resolve("kubeconfig");
    }

    /** Where its static pods are. */
    Path files() {
      return home.resolve("files");
    }

    /** Puts a file of static pods there, at once as a whole. */
    public void write(String file, String yaml) throws IOException {
      Path aside = Files.createDirectories(files()).resolve(".aside");
      Files.writeString(aside, yaml, StandardCharsets.UTF_8);
      Files.move(aside, files().resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** So that an event soon happens twice. */
  private static final Backoff.Rule SOON = new Backoff.Rule(200, 200, 600_000, 0);

  private final Supervisor supervisor;
  private final NodeService service;
  private final PodNode node;

  private TestNode(
      Plan plan,
      Map<String, Backend> backends,
      List<String> fetcher,
      Backoff.Rule pulls,
      Optional<Path> bootstrap)
      throws IOException {
    Path home = Files.createDirectories(plan.home);
    InstanceStore store = new InstanceStore(home.resolve("instances"), home.resolve("sockets"));
    store.open();
    supervisor = new Supervisor(store, backends, Clock.systemUTC(), plan.said);
    supervisor.recover();
    HostFacts host = new HostFacts(plan.name, "", 2, 1L << 30);
    service =
        NodeService.open(
            plan.kubeconfig().toString(),
            bootstrap,
            Map.of(),
            new NodeService.Parts(
                NodeSettings.named(plan.name),
                new KubeletOptions("none", Optional.empty(), Optional.empty(), Optional.empty()),
                supervisor,
                backends,
                home,
                EvictionLimits.parse("memory.available<1Mi"),
                plan.said));
    ChildProgram child = new ChildProgram(fetcher, home.resolve("images"));
    FetchCount count = new FetchCount();
    node =
        PodNode.start(
            new PodNode.Parts(
                new JoinedPods(
                    new PodWatch(
                        Files.createDirectories(plan.files()),
                        Clock.systemUTC(),
                        new PodCopies(home.resolve("copies"), plan.said)),
                    service.pods()),
                new Volumes(home.resolve("plain"), home.resolve("secret")),
                host,
                supervisor,
                new UpdateRecords(home.resolve("updates")),
                new PodFailures(home.resolve("failures"), plan.said),
                new ImageFetch(
                    child,
                    List.of(),
                    new ImageSpace(child, home, ImageSpace.Rule.USUAL, count, plan.said),
                    count,
                    plan.said),
                new Prober(new ContainerPrograms(supervisor)),
                Backoff.Rule.RESTARTS,
                pulls,
                plan.said));
    service.start(node, host);
  }

  /** One that has no backends, and gets no images. */
  public static TestNode start(Plan plan) throws IOException {
    return start(plan, SOON);
  }

  /** The same, which tries to get them as often as a rule says. */
  public static TestNode start(Plan plan, Backoff.Rule pulls) throws IOException {
    writeKubeconfig(plan, plan.kubeconfig());
    return new TestNode(plan, Map.of(), List.of("false"), pulls, Optional.empty());
  }

  /** One whose instances all are of a backend, whatever their images. */
  public static TestNode start(Plan plan, FakeBackend backend) throws IOException {
    writeKubeconfig(plan, plan.kubeconfig());
    return start(plan, backend, Optional.empty());
  }

  /** The same, but its token is one to get a certificate by. */
  static TestNode join(Plan plan, FakeBackend backend) throws IOException {
    Path bootstrap = plan.home.resolve("bootstrap");
    writeKubeconfig(plan, bootstrap);
    return start(plan, backend, Optional.of(bootstrap));
  }

  /** One that has the kubeconfigs that are there. */
  static TestNode start(Plan plan, FakeBackend backend, Optional<Path> bootstrap)
      throws IOException {
    PreparedImage image =
        new PreparedImage(
            Digest.sha256("m".getBytes(StandardCharsets.UTF_8)),
            ImageConfig.of(JsonObject.empty().with("feather.backend", backend.name())),
            new PreparedImage.Layers(List.of()));
    Path document = Files.createDirectories(plan.home).resolve("document");
    Files.write(document, ImageDocument.write(image).bytes());
    return new TestNode(
        plan,
        Map.of(backend.name(), backend),
        List.of("/bin/sh", "-c", "cat " + document, "sh"),
        SOON,
        bootstrap);
  }

  static void writeKubeconfig(Plan plan, Path file) throws IOException {
    Files.createDirectories(plan.home);
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test}}]
        clusters: [{name: test, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
        users: [{name: test, user: {token: %s}}]
        """
            .formatted(plan.url, plan.token),
        StandardCharsets.UTF_8);
  }

  /** What runs its pods. */
  public PodNode pods() {
    return node;
  }

  /** Has no more pods come. */
  public void leave() {
    service.leave();
  }

  @Override
  public void close() throws IOException {
    try (supervisor) {
      service.close();
      node.close();
      // Else it writes on into a folder that is being removed.
      Containerd.await("the pods are let go", () -> !node.isAlive());
    }
  }
}
