package dev.flint.agent.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.ConfigKind;
import dev.flint.agent.pod.ConfigObjects;
import dev.flint.agent.pod.PodSpec;
import dev.flint.agent.pod.Pods;
import dev.flint.agent.pod.launch.HostFacts;
import dev.flint.agent.pod.launch.PodInstances;
import dev.flint.agent.pod.launch.Volumes;
import dev.flint.agent.rootfs.LayerFolders;
import dev.flint.agent.testing.BusyboxImage;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pod says of its containers' rights, as the kernel sees it in the end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerSecurityIT {
  private static final String RESTRICTED =
      "runAsNonRoot: true, runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000,"
          + " supplementalGroups: [4000], seccompProfile: {type: RuntimeDefault}";
  private static final String CONFINED =
      "allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}";

  private Containerd containerd;
  private PreparedImage image;
  private Path state;
  private ContainerdBackend backend;
  private InstanceFolder folder;
  private LaunchPlan plan;

  /** Folders of the host that the container sees too. */
  private List<String> shown = List.of();

  @BeforeAll
  void startContainerd() throws IOException {
    containerd = Containerd.start();
    state = containerd.newFolder("s");
    backend = new ContainerdBackend(containerd.socket(), state, Map.of());
    try (OciLayout layout = OciLayout.openOrCreate(state.resolve("layout"))) {
      byte[] base = BusyboxImage.baseLayer(containerd.newFolder("base"));
      LayerFolders folders = new LayerFolders(state.resolve("layers"));
      image =
          BusyboxImage.unpack(
              layout, BusyboxImage.store(layout, JsonObject.empty(), List.of(base)), folders);
    }
    Path own = containerd.newFolder("i");
    folder = new InstanceFolder(TestSpecs.ID, own, own);
    plan = backend.plan(TestSpecs.command("/x"), image, folder);
  }

  @AfterAll
  void stopContainerd() throws IOException {
    if (containerd != null) {
      backend.close();
      containerd.close();
    }
  }

  @AfterEach
  void clean() throws IOException {
    backend.clean(plan, folder);
    shown = List.of();
  }

  /** Starts the container of a pod. */
  private Run start(String network, String pod, String container, String... command)
      throws IOException {
    String yaml =
        """
        metadata: {name: web, annotations: {flint.dev/network: %s}}
        spec:
          securityContext: {%s}
          containers:
          - name: app
            image: busybox
            securityContext: {%s}
            command: [%s]
            volumeMounts:
            - {name: free, mountPath: /free}
            - {name: free, mountPath: /part, subPath: part}
            - {name: key, mountPath: /key}
            %s
          volumes:
          - {name: free, emptyDir: {}}
          - {name: key, secret: {secretName: s, defaultMode: 0400}}
          %s
        """
            .formatted(
                network,
                pod,
                container,
                "'" + String.join("','", command) + "'",
                each("- {name: h%d, mountPath: '%s', readOnly: true}", "\n    "),
                each("- {name: h%d, hostPath: {path: '%s'}}", "\n  "));
    PodSpec spec = Pods.pod(yaml);
    ConfigObjects objects =
        ConfigObjects.of(
            List.of(
                Pods.object(ConfigKind.SECRET, "metadata: {name: s}\nstringData: {k: hidden}")));
    HostFacts facts = new HostFacts("edge", "10.0.0.7", 1, 1L << 30);
    Path own = containerd.newFolder("i");
    Map<String, Path> volumes =
        new Volumes(own.resolve("plain"), own.resolve("secret")).prepare(spec, objects, facts);
    InstanceSpec instance = new PodInstances(spec, objects, facts).all(volumes).get(0);
    folder = new InstanceFolder(instance.id(), own, own);
    plan = backend.plan(instance, image, folder);
    return backend.start(plan, folder);
  }

  private String each(String form, String between) {
    return IntStream.range(0, shown.size())
        .mapToObj(at -> form.formatted(at, shown.get(at)))
        .collect(Collectors.joining(between));
  }

  private String run(String network, String pod, String container, String... command)
      throws Exception {
    Run run = start(network, pod, container, command);
    Exit exit = run.ended().get(60, TimeUnit.SECONDS);
    assertEquals(0, exit.code(), () -> exit + said() + containerd.log());
    return said();
  }

  private String said() {
    try {
      return Files.readString(folder.rawOut(), UTF_8) + Files.readString(folder.rawErr(), UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Map<String, String> status(String text) {
    Map<String, String> out = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        out.put(line.substring(0, colon), line.substring(colon + 1).strip().replace('\t', ' '));
      }
    }
    return out;
  }

  private static void assertConfined(Map<String, String> status) {
    assertEquals("1000 1000 1000 1000", status.get("Uid"));
    assertEquals("3000 3000 3000 3000", status.get("Gid"));
    assertEquals("4 2000 3000 4000", status.get("Groups"));
    assertEquals("0000000000000000", status.get("CapEff"));
    assertEquals("0000000000000000", status.get("CapPrm"));
    assertEquals("0000000000000000", status.get("CapBnd"));
    assertEquals("1", status.get("NoNewPrivs"));
    assertEquals("2", status.get("Seccomp"));
  }

  @Test
  void aRestrictedPodIsRestricted() throws Exception {
    assertConfined(status(run("host", RESTRICTED, CONFINED, "/bin/cat", "/proc/self/status")));
  }

  @Test
  void aRestrictedPodReadsAndWritesWhatIsItsOwn() throws Exception {
    String script =
        "cat /key/k; echo; echo x >/free/f; echo x >/part/f; stat -L -c \"%a %u %g\" /free /free/f"
            + " /part/f /key/k; for f in /f /tmp/f /key/f; do echo x >$f || echo no; done";
    assertEquals(
        "hidden\n2777 0 2000\n644 1000 2000\n644 1000 2000\n440 0 2000\nno\nno\nno\n",
        run("host", RESTRICTED, CONFINED, "/bin/sh", "-c", "exec 2>/dev/null; " + script));
  }

  @Test
  void aFurtherProgramMayNoMoreThanTheFirst() throws Exception {
    ContainerRun run = (ContainerRun) start("host", RESTRICTED, CONFINED, "/bin/sleep", "100");
    List<String> script = List.of("sh", "-c", "cat /proc/self/status >/free/status");
    try (ContainerExec exec = run.exec(script, Map.of(), ExecStreams.NONE)) {
      assertEquals(Optional.of(0), exec.await(Duration.ofSeconds(60)));
    }
    Path free = Path.of(mounted("/free"));
    assertConfined(status(Files.readString(free.resolve("status"), UTF_8)));
  }

  private String mounted(String target) throws IOException {
    for (JsonObject mount : ContainerPlan.of(plan).spec().objects("mounts")) {
      if (mount.requiredString("destination").equals(target)) {
        return mount.requiredString("source");
      }
    }
    throw new AssertionError(target);
  }

  /** As docker's containers, and those of containerd under a kubelet. */
  @ParameterizedTest
  @CsvSource({
    // what is said, effective and bounding capabilities, seccomp
    "'', 00000000a80425fb, 00000000a80425fb, 0",
    "'capabilities: {add: [NET_ADMIN]}', 00000000a80435fb, 00000000a80435fb, 0",
    "'capabilities: {drop: [CAP_CHOWN]}', 00000000a80425fa, 00000000a80425fa, 0",
    "'capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}', 0000000000000400,"
        + " 0000000000000400, 0",
    "'runAsUser: 5', 0000000000000000, 00000000a80425fb, 0",
    "'seccompProfile: {type: RuntimeDefault}', 00000000a80425fb, 00000000a80425fb, 2",
  })
  void hasTheCapabilitiesThatAreSaid(
      String container, String effective, String bounding, String seccomp) throws Exception {
    Map<String, String> status =
        status(run("host", "", container, "/bin/cat", "/proc/self/status"));
    assertEquals(effective, status.get("CapEff"));
    assertEquals(bounding, status.get("CapBnd"));
    assertEquals(seccomp, status.get("Seccomp"));
    assertEquals("0", status.get("NoNewPrivs"));
  }

  @Test
  void hasAllThatTheAgentHas() throws Exception {
    String all = "capabilities: {add: [ALL]}";
    Map<String, String> status = status(run("host", "", all, "/bin/cat", "/proc/self/status"));
    Map<String, String> own = status(Files.readString(Path.of("/proc/self/status"), UTF_8));
    assertEquals(own.get("CapEff"), status.get("CapEff"));
    assertEquals(own.get("CapEff"), status.get("CapBnd"));
  }

  /** A JVM, with its threads, does not notice it. */
  @Test
  void theDefaultProfileLetsProgramsRun() throws Exception {
    String profile = "seccompProfile: {type: RuntimeDefault}";
    String home = Objects.requireNonNull(System.getProperty("java.home"));
    shown = List.of("/usr", "/lib", "/lib64", "/etc", home);
    String said = run("host", profile, "", home + "/bin/java", "-version");
    assertTrue(said.contains("Runtime Environment"), said);
  }

  @Test
  void theDefaultProfileForbidsNamespaces() throws Exception {
    String profile = "seccompProfile: {type: RuntimeDefault}";
    String script = "/bin/busybox unshare -U /bin/echo in || echo refused";
    String said = run("host", profile, "", "/bin/sh", "-c", script);
    assertTrue(said.contains("refused\n") && said.contains("Operation not permitted"), said);
  }

  @Test
  void aProfileOfTheHostIsTaken() throws Exception {
    Files.createDirectories(state.resolve("seccomp/profiles"));
    Files.writeString(
        state.resolve("seccomp/profiles/no-mkdir.json"),
        "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\",\"mkdirat\"],"
            + "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":28}]}",
        UTF_8);
    String profile = "seccompProfile: {type: Localhost, localhostProfile: profiles/no-mkdir.json}";
    String said =
        run("host", profile, "", "/bin/sh", "-c", "/bin/busybox mkdir /tmp/x || echo refused");
    assertTrue(said.contains("refused\n") && said.contains("No space left"), said);
  }

  @Test
  void kernelSettingsAreTheContainersOwn() throws Exception {
    String sysctls =
        "sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: '7'},"
            + " {name: kernel.shm_rmid_forced, value: '1'}]";
    String name = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
    String before = Files.readString(Path.of(name), UTF_8);
    assertEquals(
        "7\n1\n", run("none", sysctls, "", "/bin/cat", name, "/proc/sys/kernel/shm_rmid_forced"));
    assertEquals(before, Files.readString(Path.of(name), UTF_8));
  }
}
