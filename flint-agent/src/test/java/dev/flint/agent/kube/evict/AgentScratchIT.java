package dev.flint.agent.kube.evict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.containerd.ContainerdBackend;
import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.InstanceStore;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.node.ChildProgram;
import dev.flint.agent.node.ContainerPrograms;
import dev.flint.agent.node.FetchCount;
import dev.flint.agent.node.ImageFetch;
import dev.flint.agent.node.ImageSpace;
import dev.flint.agent.node.PodFailures;
import dev.flint.agent.node.PodNode;
import dev.flint.agent.node.PodView;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.pod.run.Backoff;
import dev.flint.agent.pod.run.PodStatus.Phase;
import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.agent.pod.watch.PodEvent;
import dev.flint.agent.pod.watch.PodSource;
import dev.flint.agent.probe.Prober;
import dev.flint.agent.rootfs.LayerFolders;
import dev.flint.agent.supervise.Supervisor;
import dev.flint.agent.testing.BusyboxImage;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods of real containers that take more of the disk than they may. */
class AgentScratchIT {
  private static final HostFacts HOST = new HostFacts("edge", "", 2, 1L << 30);
  private static final Backoff.Rule SOON = new Backoff.Rule(200, 200, 600_000, 0);

  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final BlockingQueue<PodEvent> events = new LinkedBlockingQueue<>();
  private Containerd containerd;
  private ContainerdBackend backend;
  private Path home;
  private Supervisor supervisor;
  private ImageFetch fetch;
  private PodNode node;
  private ScratchKeeper keeper;

  /** Pods that are there because a test says so. */
  private final class Served implements PodSource {
    private final List<PodSpec> pods = Collections.synchronizedList(new ArrayList<>());

    @Override
    public List<PodEvent> look() {
      List<PodEvent> news = new ArrayList<>();
      events.drainTo(news);
      for (PodEvent event : news) {
        if (event instanceof PodEvent.PodAdded added) {
          pods.add(added.pod());
        } else {
          pods.clear();
        }
      }
      return news;
    }

    @Override
    public List<PodSpec> pods() {
      return List.copyOf(pods);
    }

    @Override
    public ConfigObjects objects(PodSpec pod) {
      return ConfigObjects.of(List.of());
    }

    @Override
    public Map<String, List<String>> problems() {
      return Map.of();
    }
  }

  @BeforeEach
  void begin() throws IOException {
    containerd = Containerd.start();
    home = containerd.newFolder("s");
    backend = new ContainerdBackend(containerd.socket(), home, Map.of());
    InstanceStore store = new InstanceStore(home.resolve("i"), home.resolve("k"));
    store.open();
    supervisor =
        new Supervisor(store, Map.of(backend.name(), backend), Clock.systemUTC(), said::add);
    Path document = Files.write(home.resolve("document"), ImageDocument.write(image()).bytes());
    ChildProgram child =
        new ChildProgram(List.of("/bin/sh", "-c", "cat " + document, "sh"), home.resolve("images"));
    FetchCount count = new FetchCount();
    ImageSpace space = new ImageSpace(child, home, ImageSpace.Rule.USUAL, count, said::add);
    fetch = new ImageFetch(child, List.of(), space, count, said::add);
    node = startNode();
    NodeMeans means = new NodeMeans(node, supervisor, home.resolve("volumes"));
    keeper = new ScratchKeeper(means, new DiskUse(), said::add);
  }

  private PodNode startNode() {
    return PodNode.start(
        new PodNode.Parts(
            new Served(),
            new Volumes(home.resolve("volumes"), home.resolve("secret")),
            HOST,
            supervisor,
            new UpdateRecords(home.resolve("updates")),
            new PodFailures(home.resolve("failures"), said::add),
            fetch,
            new Prober(new ContainerPrograms(supervisor)),
            SOON,
            SOON,
            said::add));
  }

  private PreparedImage image() throws IOException {
    try (OciLayout layout = OciLayout.openOrCreate(home.resolve("layout"))) {
      JsonObject config = JsonObject.empty().withStrings("Entrypoint", List.of("/bin/sh", "-c"));
      byte[] base = BusyboxImage.baseLayer(containerd.newFolder("base"));
      return BusyboxImage.unpack(
          layout,
          BusyboxImage.store(layout, config, List.of(base)),
          new LayerFolders(home.resolve("layers")));
    }
  }

  /** Also of a test that failed. */
  @AfterEach
  void end() throws IOException {
    try (Containerd first = containerd;
        ContainerdBackend second = backend;
        Supervisor last = supervisor) {
      remove();
      closeNode();
    }
  }

  private void closeNode() throws IOException {
    node.close();
    Containerd.await("the pods are let go", () -> !node.isAlive());
  }

  private void remove() throws IOException {
    for (PodView view : node.pods()) {
      events.add(new PodEvent.PodRemoved(view.pod().name()));
    }
    Containerd.await("nothing is left", () -> supervisor.list().isEmpty() && node.pods().isEmpty());
  }

  private PodSpec run(String... spec) throws IOException {
    List<String> lines = new ArrayList<>(List.of(spec));
    lines.add("terminationGracePeriodSeconds: 0");
    PodSpec pod = Pods.served("{}", lines.toArray(new String[0]));
    events.add(new PodEvent.PodAdded(pod));
    return pod;
  }

  private boolean isEvicted() {
    keeper.look();
    return node.pods().stream().allMatch(view -> view.status().phase() == Phase.FAILED);
  }

  private String message() {
    assertEquals("Evicted", node.pods().get(0).status().reason(), said::toString);
    return node.pods().get(0).status().message();
  }

  private void awaitRunning() throws IOException {
    Containerd.await(
        "it runs",
        () -> node.pods().stream().anyMatch(view -> view.status().phase() == Phase.RUNNING));
  }

  @Test
  void aContainerThatWritesMoreThanItMayIsEvicted() throws IOException {
    run(
        "containers:",
        "- name: app",
        "  image: 'lan.x/box:1'",
        "  args: ['echo begun; dd if=/dev/zero of=/big bs=1048576 count=4; sleep 1000']",
        "  resources: {limits: {ephemeral-storage: 1Mi}}");
    awaitRunning();
    Containerd.await("it is evicted", this::isEvicted);
    assertEquals(
        "Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ", message());
    Containerd.await("the shims end", () -> containerd.shims().isEmpty());
  }

  @Test
  void aVolumeWithMoreInItThanItMayHaveEndsItsPodAndGoes() throws IOException {
    PodSpec pod =
        run(
            "containers:",
            "- name: app",
            "  image: 'lan.x/box:1'",
            "  args: ['sleep 1000']",
            "  volumeMounts: [{name: x, mountPath: /x}]",
            "volumes: [{name: x, emptyDir: {sizeLimit: 1Mi}}]");
    awaitRunning();
    Path volume = home.resolve("volumes").resolve(pod.uid()).resolve("x");
    Files.write(volume.resolve("f"), new byte[1 << 19]);
    assertFalse(isEvicted());
    Files.write(volume.resolve("g"), new byte[1 << 20]);
    Containerd.await("it is evicted", this::isEvicted);
    assertEquals("Usage of EmptyDir volume \"x\" exceeds the limit \"1Mi\". ", message());
    Containerd.await("its volumes are gone", () -> !Files.exists(volume));
  }

  @Test
  void aVolumeInMemoryIsSoAndHoldsWhatItMay() throws IOException {
    PodSpec pod =
        run(
            "containers:",
            "- name: app",
            "  image: 'lan.x/box:1'",
            "  args: ['busybox grep \" /x \" /proc/mounts >/x/seen; id -u >/x/user;"
                + " dd if=/dev/zero of=/x/big bs=4096 count=1024; sleep 1000']",
            "  securityContext: {runAsUser: 1000}",
            "  volumeMounts: [{name: x, mountPath: /x}]",
            "volumes:",
            "- {name: x, emptyDir: {medium: Memory, sizeLimit: 1Mi}}");
    awaitRunning();
    Path place = home.resolve("secret").resolve(pod.uid()).resolve("x");
    Path volume = place.resolve("data");
    Containerd.await("it is full", () -> Files.getFileStore(volume).getUsableSpace() == 0);
    String seen = Files.readString(volume.resolve("seen"));
    assertTrue(seen.startsWith("flint /x tmpfs rw,nosuid,nodev,"), seen);
    assertTrue(seen.contains("size=1024k"), seen);
    assertEquals("1000\n", Files.readString(volume.resolve("user")));
    assertTrue(containerd.mounts().contains(place.toString()));
    // As an agent that comes after this one.
    new Volumes(home.resolve("volumes"), home.resolve("secret"))
        .prepare(pod, ConfigObjects.NONE, HOST);
    assertTrue(Files.exists(volume.resolve("seen")));
    keeper.look();
    assertEquals(Phase.RUNNING, node.pods().get(0).status().phase(), said::toString);
    remove();
    Containerd.await("it is gone", () -> !Files.exists(volume));
    assertFalse(containerd.mounts().contains(place.toString()));
  }

  /** As after a reboot: what is started again by a new agent has it before. */
  @Test
  void aVolumeInMemoryThatWentComesAgainBeforeItsContainer() throws IOException {
    PodSpec pod =
        run(
            "containers:",
            "- name: app",
            "  image: 'lan.x/box:1'",
            "  args: ['echo begun >>/x/seen; until test -e /x/end; do busybox usleep 50000; done']",
            "  volumeMounts: [{name: x, mountPath: /x}]",
            "volumes: [{name: x, emptyDir: {medium: Memory}}]");
    Path place = home.resolve("secret").resolve(pod.uid()).resolve("x");
    Path volume = place.resolve("data");
    Containerd.await("it runs", () -> Files.exists(volume.resolve("seen")));
    Path before = Files.writeString(volume.resolve("before"), "");
    closeNode();
    Command.run("umount", "-l", place).ok();
    assertFalse(Files.exists(volume));
    events.add(new PodEvent.PodAdded(pod));
    node = startNode();
    Containerd.await("it is there again", () -> Files.exists(volume));
    InstanceSpec box = supervisor.list().get(0).spec();
    List<String> end = List.of("busybox", "touch", "/x/end");
    assertEquals(0, new ContainerPrograms(supervisor).exec(box, end, 30_000).code());
    Containerd.await("it runs again", () -> Files.exists(volume.resolve("seen")));
    assertFalse(Files.exists(before));
    assertTrue(containerd.mounts().contains(place.toString()));
  }

  /** As after a reboot, too: a container is not to find nothing where an init container wrote. */
  @Test
  void initContainersFillAVolumeInMemoryThatWentAgain() throws IOException {
    PodSpec pod =
        run(
            "initContainers:",
            "- name: fill",
            "  image: 'lan.x/box:1'",
            "  args: ['echo secret >/x/s/key']",
            "  volumeMounts: [{name: x, mountPath: /x/s, subPath: part}]",
            "containers:",
            "- name: app",
            "  image: 'lan.x/box:1'",
            "  args: ['cat /x/key >/x/seen; sleep 1000']",
            "  volumeMounts: [{name: x, mountPath: /x, subPath: part}]",
            "volumes: [{name: x, emptyDir: {medium: Memory}}]");
    Path place = home.resolve("secret").resolve(pod.uid()).resolve("x");
    Path seen = place.resolve("data/part/seen");
    Containerd.await("it runs", () -> isText(seen, "secret\n"));
    closeNode();
    Command.run("umount", "-l", place).ok();
    events.add(new PodEvent.PodAdded(pod));
    node = startNode();
    Containerd.await("it runs again", () -> isText(seen, "secret\n"));
    awaitRunning();
  }

  private static boolean isText(Path file, String text) throws IOException {
    return Files.exists(file) && Files.readString(file).equals(text);
  }

  @Test
  void whatIsDoneGivesItsMemoryBack() throws IOException {
    PodSpec pod =
        run(
            "restartPolicy: Never",
            "containers:",
            "- name: app",
            "  image: 'lan.x/box:1'",
            "  args: ['until test -e /x/end; do busybox usleep 50000; done']",
            "  volumeMounts: [{name: x, mountPath: /x}]",
            "volumes: [{name: x, emptyDir: {medium: Memory}}]");
    Path place = home.resolve("secret").resolve(pod.uid()).resolve("x");
    Containerd.await("it is there", () -> Files.exists(place.resolve("data")));
    awaitRunning();
    assertTrue(containerd.mounts().contains(place.toString()));
    Files.writeString(place.resolve("data/end"), "");
    Containerd.await("it is gone", () -> !Files.exists(place));
    assertFalse(containerd.mounts().contains(place.toString()));
    assertEquals(Phase.SUCCEEDED, node.pods().get(0).status().phase());
  }
}
