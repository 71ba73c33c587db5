package dev.flint.agent.kube;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.http.AgentView;
import dev.flint.agent.kube.api.ApiAccess;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.InCluster;
import dev.flint.agent.kube.evict.EvictionKeeper;
import dev.flint.agent.kube.evict.NodeMeans;
import dev.flint.agent.kube.evict.ScratchKeeper;
import dev.flint.agent.kube.node.EvictionLimits;
import dev.flint.agent.kube.node.NodeAddresses;
import dev.flint.agent.kube.node.NodeHost;
import dev.flint.agent.kube.node.NodeKeeper;
import dev.flint.agent.kube.node.NodeSettings;
import dev.flint.agent.kube.node.Reserved;
import dev.flint.agent.kube.node.Scarce;
import dev.flint.agent.kube.pki.CertificateKeeper;
import dev.flint.agent.kube.pki.NodeCertificate;
import dev.flint.agent.kube.pki.NodeJoin;
import dev.flint.agent.kube.pod.NodeRoom;
import dev.flint.agent.kube.pod.ServerPods;
import dev.flint.agent.kube.serve.KubeletServer;
import dev.flint.agent.node.PodNode;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.watch.PodSource;
import dev.flint.agent.supervise.Supervisor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The agent as a node of Kubernetes: what of it speaks to the API server. */
public final class NodeService implements Closeable {
  /** In place of a file: what the cluster gives a pod that the agent runs in. */
  private static final String IN_CLUSTER = "in-cluster";

  private final Parts parts;
  private final ApiAccess access;
  private final @Nullable NodeJoin join;
  private final ApiClient api;
  private final ServerPods pods;
  private final NodeAddresses addresses;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Guarded by this. */
  private @Nullable KubeletServer kubelet;

  /** Guarded by this. */
  private @Nullable NodeKeeper keeper;

  /** Guarded by this. */
  private @Nullable EvictionKeeper evictions;

  /** Guarded by this. */
  private @Nullable ScratchKeeper scratch;

  /** Guarded by this. */
  private @Nullable CertificateKeeper identity;

  /**
   * What it works with.
   *
   * @param state the agent's folder
   * @param limits below which pods are evicted
   * @param warnings is told what goes wrong, and when it does no more
   */
  public record Parts(
      NodeSettings settings,
      KubeletOptions kubelet,
      Supervisor supervisor,
      Map<String, Backend> backends,
      Path state,
      EvictionLimits limits,
      Consumer<String> warnings) {}

  private NodeService(Parts parts, ApiAccess access, @Nullable NodeJoin join) throws IOException {
    this.parts = parts;
    this.access = access;
    this.join = join;
    this.api = new ApiClient(access, "flint-agent");
    this.pods = new ServerPods(api, parts.settings.name(), parts.warnings());
    this.addresses = new NodeAddresses(parts.settings.addresses(), access.server());
  }

  /**
   * Reads the kubeconfig; nothing is asked yet.
   *
   * @param kubeconfig a file, or {@code in-cluster}
   * @param bootstrap a kubeconfig with a token, by which the other is got if it is not there
   */
  public static NodeService open(
      String kubeconfig, Optional<Path> bootstrap, Map<String, String> env, Parts parts)
      throws IOException {
    if (kubeconfig.equals(IN_CLUSTER)) {
      return new NodeService(parts, InCluster.read(env), null);
    }
    NodeCertificate own = NodeCertificate.in(parts.state.resolve("pki"));
    NodeJoin join = NodeJoin.of(Path.of(kubeconfig), bootstrap, own, Instant.now());
    return new NodeService(parts, join.access(), join);
  }

  /** What the server says there is to run. */
  public PodSource pods() {
    return pods.source();
  }

  /** What pods may know of the device, under the node's name. */
  public HostFacts host(HostFacts device) {
    var unused = addresses.look();
    return new HostFacts(
        parts.settings.name(), addresses::first, device.cpus(), device.memoryBytes());
  }

  /** Begins to ask, to tell and to be asked. */
  public synchronized void start(PodNode node, HostFacts host) throws IOException {
    AgentView view =
        new AgentView(
            parts.supervisor, node, host, parts.state, Path.of("/proc"), Clock.systemUTC());
    KubeletServer server =
        new Kubelet(parts.kubelet, parts.settings, addresses.look(), parts.state, parts.warnings)
            .start(api, access.authority(), view)
            .orElse(null);
    kubelet = server;
    NodeSettings settings =
        server == null
            ? parts.settings
            : parts.settings.withKubelet(server.address().getPort(), KubeletServer.FEATURES);
    if (join == null || join.certificate().isEmpty()) {
      begin(node, host, settings);
      return;
    }
    if (!join.joins()) {
      begin(node, host, settings);
    }
    identity =
        CertificateKeeper.start(
            new CertificateKeeper.Parts(
                join,
                settings.name(),
                api,
                () -> begin(node, host, settings),
                this::await,
                Clock.systemUTC(),
                parts.warnings));
  }

  private void await(Duration length) throws InterruptedException {
    boolean unused = ended.await(length.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** As the node that the certificate says; pods of files run before there is one. */
  private synchronized void begin(PodNode node, HostFacts host, NodeSettings settings) {
    if (ended.getCount() == 0) {
      return;
    }
    api.look();
    Scarce scarce = new Scarce();
    pods.start(node, parts.supervisor, host, room(host, scarce), Clock.systemUTC());
    keeper =
        NodeKeeper.start(
            new NodeKeeper.Parts(
                api,
                settings,
                addresses,
                parts.backends,
                () -> node.isAlive() && pods.isAlive(),
                parts.state,
                parts.limits,
                scarce,
                parts.warnings,
                pods::tellAgain));
    NodeMeans means = new NodeMeans(node, parts.supervisor, parts.state.resolve("volumes"));
    scratch = ScratchKeeper.start(means, parts.warnings);
    evictions =
        EvictionKeeper.start(
            new NodeHost(Path.of("/"), parts.state), parts.limits, means, parts.warnings);
  }

  /** As the Node says it: what is allocatable. */
  private NodeRoom room(HostFacts host, Scarce scarce) {
    long storage = new NodeHost(Path.of("/"), parts.state).read().storage();
    Reserved reserved = parts.settings.reserved().and(parts.limits, host.memoryBytes(), storage);
    return new NodeRoom(
        parts.settings.maxPods(),
        Math.max(0, host.cpus() * 1000L - reserved.milliCpu()),
        Math.max(0, host.memoryBytes() - reserved.memory()),
        Math.max(0, storage - reserved.storage()),
        scarce::conditions);
  }

  /**
   * Tells the cluster, if it can be told within seconds, that no more pods shall come, as those
   * here are about to be ended: what comes all the same waits for the next agent. All else goes on.
   */
  public void leave() {
    pods.leave();
    NodeKeeper node;
    synchronized (this) {
      node = keeper;
    }
    if (node != null) {
      node.leave();
    }
  }

  /** Tells the cluster that this node is not ready, and stops; what runs goes on. */
  @Override
  public synchronized void close() {
    ended.countDown();
    if (identity != null) {
      identity.close();
    }
    // What was last is told beside what the Node says, not after it.
    pods.close();
    if (keeper != null) {
      keeper.close();
    }
    if (evictions != null) {
      evictions.close();
    }
    if (scratch != null) {
      scratch.close();
    }
    pods.awaitEnd();
    if (kubelet != null) {
      kubelet.close();
    }
    api.close();
  }
}
