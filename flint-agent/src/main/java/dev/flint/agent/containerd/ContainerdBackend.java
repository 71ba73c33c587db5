package dev.flint.agent.containerd;

import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.Engine;
import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.Finding;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.PublishedPorts;
import dev.flint.agent.backend.Run;
import dev.flint.agent.cni.CniNetworks;
import dev.flint.agent.instance.FolderTree;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Platform;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs containers by containerd, 1.6 or later, with runc, as root. Flint's own folders are mounted
 * as the root file system; containerd's stores of images and snapshots are not used. Nothing is
 * connected to before the first call but {@link #plan} of what joins no other. Thread-safe.
 */
public final class ContainerdBackend implements Backend, Closeable {
  /** Where Debian and others have it. */
  public static final Path USUAL_SOCKET = Path.of("/run/containerd/containerd.sock");

  private static final String LABEL = "dev.flint.plan";
  private static final Duration DEATH = Duration.ofSeconds(30);
  private static final Set<PosixFilePermission> ROOT_FOLDER =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final long PAUSE_NANOS = 50_000_000;

  private final String namespace;
  private final ContainerdApi api;
  private final ExitWatch watch;
  private final Map<String, String> env;
  private final PublishedPorts published;
  private final ContainerSecurity security;

  /** Made when a container asks for it. Guarded by this. */
  private @Nullable CniNetworks networks;

  /** The only backend of an agent; else as the other. */
  public ContainerdBackend(Path socket, Path state, Map<String, String> env) {
    this(socket, state, env, new PublishedPorts());
  }

  /**
   * A backend of one agent.
   *
   * @param socket containerd's, for example {@link #USUAL_SOCKET}
   * @param state the agent's folder, by which its containers are kept apart from those of others;
   *     {@code seccomp} in it may have profiles for them
   * @param env may say where CNI's plugins and networks are: {@code CNI_PATH}, {@code NETCONFPATH}
   * @param published told of the ports that plugins of CNI forward; all backends of the agent have
   *     the same
   */
  public ContainerdBackend(
      Path socket, Path state, Map<String, String> env, PublishedPorts published) {
    this.env = env;
    this.published = published;
    this.security = ContainerSecurity.ofHost(state.resolve("seccomp"));
    String path = state.toAbsolutePath().normalize().toString();
    Digest digest = Digest.sha256(path.getBytes(StandardCharsets.UTF_8));
    this.namespace = "flint-" + digest.abbreviated();
    this.api = new ContainerdApi(socket, namespace);
    this.watch = new ExitWatch(api);
  }

  @Override
  public String name() {
    return ContainerPlan.BACKEND;
  }

  /** Containerd's namespace for the instances of this agent. */
  public String namespace() {
    return namespace;
  }

  /**
   * Containerd's version, which shows that it answers.
   *
   * @throws FlintException NETWORK if it does not
   */
  public String version() throws FlintException {
    return api.version();
  }

  @Override
  public Engine engine() throws FlintException {
    return new Engine(ContainerPlan.BACKEND, api.version(), "");
  }

  private synchronized CniNetworks networks() {
    if (networks == null) {
      networks = new CniNetworks(env, published);
    }
    return networks;
  }

  /** On the host's network a port is the one that the container opens. */
  @Override
  public InstanceSpec settled(InstanceSpec spec) throws IOException {
    if (spec.network() instanceof Network.Cni) {
      return spec.withPorts(networks().choosePorts(spec.id().text(), spec.ports()));
    }
    List<PortForward> ports = new ArrayList<>();
    for (PortForward port : spec.ports()) {
      ports.add(port.hostPort() == 0 ? port.from(port.guestPort()) : port);
    }
    return spec.withPorts(ports);
  }

  /** Its memory is a limit and no need, so nothing is said of it. */
  @Override
  public List<Finding> preflight(InstanceSpec spec, ImageConfig image) throws IOException {
    List<Finding> findings = new ArrayList<>();
    Platform host = Platform.host();
    String platforms = "image: " + image.platform() + ", host: " + host;
    findings.add(
        host.accepts(image.platform())
            ? Finding.ok("architecture", platforms)
            : Finding.refused("architecture", platforms, "use an image for " + host));
    try {
      findings.add(Finding.ok("containerd", "version " + api.version()));
    } catch (FlintException e) {
      findings.add(Finding.refused("containerd", e));
    }
    if (spec.network() instanceof Network.Cni cni) {
      findings.add(network(spec, cni));
    } else if (!spec.ports().isEmpty()) {
      findings.add(ports(settled(spec)));
    }
    return findings;
  }

  /** What the container opens on the host's network, the kernel may lead to another. */
  private Finding ports(InstanceSpec spec) {
    try {
      published.requireFree(spec.id().text(), spec.ports());
      return Finding.ok("ports", "none of them leads to another container");
    } catch (FlintException e) {
      return Finding.refused("ports", e);
    }
  }

  private Finding network(InstanceSpec spec, Network.Cni cni) throws IOException {
    try {
      JsonObject plan = networks().plan(cni.name(), networkId(spec), settled(spec).ports());
      return Finding.ok("network", plan.requiredString("network") + " of CNI is there");
    } catch (FlintException e) {
      return Finding.refused("network", e);
    }
  }

  /** Other agents may have instances of the same name. */
  private String networkId(InstanceSpec spec) {
    return namespace + "-" + spec.id();
  }

  @Override
  public LaunchPlan plan(InstanceSpec spec, PreparedImage image, InstanceFolder folder)
      throws IOException {
    if (!(image.content() instanceof PreparedImage.Layers layers)) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, "containerd cannot run " + spec.image() + ": it holds a disk");
    }
    JsonObject network = null;
    InstanceSpec whole = spec.withMounts(ContainerFiles.mounts(spec, folder));
    if (spec.network() instanceof Network.Cni cni) {
      network = networks().plan(cni.name(), networkId(spec), spec.ports());
    }
    // Without folders between, as those would stay.
    String cgroup = "/" + namespace + "-" + spec.id();
    String signal = image.config().stopSignal();
    JsonObject document = RuntimeSpec.of(whole, image, layers, cgroup, security);
    Peer peer = Peer.of(spec, api).orElse(null);
    return new ContainerPlan(
            spec.id().text(),
            peer == null ? document : peer.join(document, spec),
            List.of(ContainerPlan.overlay(layers.layers(), folder)),
            ExecStreams.of(spec.extras().interaction(), folder),
            signal.isEmpty() ? Signals.TERM : Signals.number(signal),
            network,
            spec.extras().hosts(),
            !spec.extras().wordsFile().isEmpty(),
            peer)
        .toLaunchPlan();
  }

  @Override
  public Run start(LaunchPlan launch, InstanceFolder folder) throws IOException {
    ContainerPlan plan = ContainerPlan.of(launch);
    // The shim appends to them, but as plain paths they have to be there; as URLs of files it would
    // put both streams into one. Of a terminal it writes from the file's beginning on.
    for (String log : List.of(plan.streams().stdout(), plan.streams().stderr())) {
      if (!log.isEmpty()) {
        Files.newOutputStream(Path.of(log), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
            .close();
      }
    }
    api.createNamespace();
    try {
      ContainerRun run = begin(plan, launch, folder);
      if (run.ended().isDone()) {
        tryToRemove(plan, folder);
      }
      return run;
    } catch (IOException | RuntimeException e) {
      tryToRemove(plan, folder).ifPresent(e::addSuppressed);
      throw e;
    }
  }

  /** Whoever hears of the end cleans again, and is told then; that it ended, and why, is more. */
  private Optional<IOException> tryToRemove(ContainerPlan plan, InstanceFolder folder) {
    try {
      remove(plan, folder);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private void prepare(ContainerPlan plan, InstanceFolder folder) throws IOException {
    if (plan.network() != null) {
      networks().prepare(plan.network(), plan.id(), folder.run());
    }
    ContainerFiles.prepare(plan, folder.run());
  }

  /** Returns a run that has ended at once if the program cannot be run. */
  private ContainerRun begin(ContainerPlan plan, LaunchPlan launch, InstanceFolder folder)
      throws IOException {
    ContainerRun run = null;
    try {
      create(plan, launch, folder);
      plan.requirePeer(api);
      run = new ContainerRun(api, watch, plan, connect(plan, folder));
      watch.add(run);
      api.start(plan.id(), "");
    } catch (RpcException e) {
      Optional<Exit> exit = CannotRun.exit(e);
      if (run != null) {
        watch.remove(run);
      }
      if (exit.isEmpty()) {
        throw e;
      }
      run = run == null ? new ContainerRun(api, watch, plan, "") : run;
      run.end(exit.get());
    }
    return run;
  }

  /** The first process has a network namespace by now, and waits. */
  private String connect(ContainerPlan plan, InstanceFolder folder) throws IOException {
    if (plan.network() == null) {
      return "";
    }
    int pid = api.task(plan.id()).map(TaskState::pid).orElse(0);
    if (pid <= 0) {
      throw new FlintException(ErrorCode.UNSUPPORTED, "the container ended before it began");
    }
    String name = plan.spec().string("hostname").orElse(plan.id());
    String address = networks().connect(plan.network(), folder.run(), pid, name);
    ContainerFiles.complete(plan, folder.run());
    return address;
  }

  /**
   * Makes container and task. Those of a start whose agent was killed may still be in the way: for
   * as long as containerd makes a task, it lets nobody see or delete it, and makes no other of its
   * name. Once it is made, or was given up as the agent's connection ended, it can be removed.
   *
   * <p>What it gives up, it deletes twice, and the second time it may be ours that it deletes, at
   * any step, with whatever words that step has for it. So what is not the program's fault is tried
   * again once.
   */
  private void create(ContainerPlan plan, LaunchPlan launch, InstanceFolder folder)
      throws IOException {
    long limit = System.nanoTime() + DEATH.toNanos();
    boolean again = true;
    boolean made = false;
    while (!made) {
      prepare(plan, folder);
      Files.createDirectories(ContainerPlan.upper(folder));
      // It is the root folder that the container sees, whoever it runs as.
      Files.setPosixFilePermissions(ContainerPlan.upper(folder), ROOT_FOLDER);
      Files.createDirectories(ContainerPlan.work(folder));
      try {
        api.createContainer(plan.id(), LABEL, plan.digest(), plan.spec());
        api.createTask(plan.id(), plan.rootfs(), plan.streams());
        made = true;
      } catch (RpcException e) {
        boolean passes = e.isOfAnother() || (again && CannotRun.exit(e).isEmpty());
        if (!passes || System.nanoTime() > limit) {
          throw e;
        }
        again &= e.isOfAnother();
        clean(launch, folder);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  @Override
  public Optional<Run> adopt(LaunchPlan launch, InstanceFolder folder) throws IOException {
    ContainerPlan plan = ContainerPlan.of(launch);
    Optional<String> label = api.containerLabel(plan.id(), LABEL);
    Optional<TaskState> task =
        label.equals(Optional.of(plan.digest())) ? api.task(plan.id()) : Optional.empty();
    if (task.isEmpty() || task.get().status() == TaskState.Status.CREATED) {
      return Optional.empty();
    }
    String address =
        plan.network() == null ? "" : networks().adopt(plan.network(), plan.id(), folder.run());
    ContainerRun run = new ContainerRun(api, watch, plan, address);
    if (task.get().status() == TaskState.Status.STOPPED) {
      run.finish(task.get().exitCode());
    } else {
      watch.add(run);
      endExecs(run);
    }
    return Optional.of(run);
  }

  /** Nobody holds one yet: whoever did went with the agent. */
  private static void endExecs(ContainerRun run) {
    try {
      run.execEnds().endAll();
    } catch (IOException e) {
      // They go with the container.
    }
  }

  @Override
  public String lastWords(InstanceFolder folder) {
    return ContainerFiles.lastWords(folder.run());
  }

  @Override
  public void clean(LaunchPlan launch, InstanceFolder folder) throws IOException {
    remove(ContainerPlan.of(launch), folder);
    ContainerFiles.remove(folder.run());
  }

  /** Removes all but what it has left to say, which nobody may have heard yet. */
  private void remove(ContainerPlan plan, InstanceFolder folder) throws IOException {
    String id = plan.id();
    if (api.task(id).isPresent()) {
      api.kill(id, "", Signals.KILL, true);
      api.await(id, "", DEATH);
    }
    // Also one that is not told of: where an agent was killed as it deleted a task, the shim has
    // forgotten the process, and containerd keeps the task and its name.
    api.deleteTask(id);
    api.deleteContainer(id);
    if (plan.network() != null) {
      networks().disconnect(plan.network(), id, folder.run());
    }
    FolderTree.delete(ContainerPlan.upper(folder));
    FolderTree.delete(ContainerPlan.work(folder));
  }

  /** Lets go of containerd; what runs goes on. */
  @Override
  public void close() {
    api.close();
  }
}
