package dev.flint.agent.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceId;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.SpecDocument;
import dev.flint.agent.rootfs.LayerFolders;
import dev.flint.agent.testing.BusyboxImage;
import dev.flint.agent.testing.Containerd;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.Command;
import dev.flint.testing.Failures;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Containers on a bridge by the plugins that Debian has, in a network for tests (RFC 2544). */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CniNetworkIT {
  private static final String BRIDGE = "fltcni0";

  /** Of its own: what a failure leaves has no address as yet, and changes as its port goes. */
  private static final String BROKEN_BRIDGE = "fltcni1";

  private static final String SERVER =
      "echo 'hello from the container' >/tmp/index.html; busybox httpd -p 80 -h /tmp;"
          + " cat /etc/hosts; busybox wget -qO- http://127.0.0.1/; echo ready; exec sleep 1000";

  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

  private Containerd containerd;
  private PreparedImage image;
  private Path state;
  private String forwarding = "";
  private List<String> rules = List.of();
  private Path leases;
  private ContainerdBackend backend;
  private InstanceFolder folder;
  private LaunchPlan plan;
  private List<PortForward> chosen = List.of();

  @BeforeAll
  void startContainerd() throws IOException {
    Peers.require("ip");
    Peers.requireFile(List.of(Path.of("/usr/lib/cni/bridge"), Path.of("/opt/cni/bin/bridge")));
    containerd = Containerd.start();
    state = containerd.newFolder("s");
    forwarding = Files.readString(FORWARDING);
    rules = rules();
    leases = state.resolve("leases");
    Path networks = Files.createDirectories(state.resolve("net.d"));
    network(networks.resolve("10-plain.conflist"), "flint-plain", "");
    network(
        networks.resolve("20-ports.conflist"),
        "flint-ports",
        ", {\"type\": \"portmap\", \"capabilities\": {\"portMappings\": true}}");
    Files.writeString(
        networks.resolve("30-broken.conflist"),
        """
        {"cniVersion": "1.0.0", "name": "flint-broken", "plugins": [
          {"type": "bridge", "bridge": "%s", "ipam": {"type": "no-such-plugin"}}]}
        """
            .formatted(BROKEN_BRIDGE));
    try (OciLayout layout = OciLayout.openOrCreate(state.resolve("layout"))) {
      JsonObject config = JsonObject.empty().withStrings("Entrypoint", List.of("/bin/sh"));
      byte[] base = BusyboxImage.baseLayer(containerd.newFolder("base"));
      image =
          BusyboxImage.unpack(
              layout,
              BusyboxImage.store(layout, config, List.of(base)),
              new LayerFolders(state.resolve("layers")));
    }
  }

  /** Only one that forwards ports needs the kernel's NAT. */
  private void network(Path file, String name, String more) throws IOException {
    Files.writeString(
        file,
        """
        {"cniVersion": "1.0.0", "name": "%s", "plugins": [
          {"type": "bridge", "bridge": "%s", "isGateway": true, "ipMasq": %s, "hairpinMode": true,
           "ipam": {"type": "host-local", "dataDir": "%s",
                    "ranges": [[{"subnet": "198.19.77.0/24"}]],
                    "routes": [{"dst": "0.0.0.0/0"}]}}%s]}
        """
            .formatted(name, BRIDGE, !more.isEmpty(), leases, more));
  }

  @AfterAll
  void removeAll() throws IOException {
    if (containerd != null) {
      containerd.close();
      Command.run("ip", "link", "delete", "dev", BRIDGE);
      Command.run("ip", "link", "delete", "dev", BROKEN_BRIDGE);
      Files.writeString(FORWARDING, forwarding);
      removeChains();
    }
  }

  /** The plugin leaves chains that all its containers share. */
  private void removeChains() {
    for (String rule : rules()) {
      if (!rules.contains(rule) && rule.startsWith("-A ")) {
        Command.run("/bin/sh", "-c", "iptables -t nat -D " + rule.substring(3));
      }
    }
    for (String rule : rules()) {
      if (!rules.contains(rule) && rule.startsWith("-N ")) {
        Command.run("iptables", "-t", "nat", "-X", rule.substring(3));
      }
    }
  }

  /** Of the kernel's NAT; none where there is none. */
  private static List<String> rules() {
    return Peers.find("iptables")
        .map(program -> Command.run(program, "-t", "nat", "-S"))
        .filter(result -> result.exit() == 0)
        .map(result -> List.of(result.out().split("\n", -1)))
        .orElse(List.of());
  }

  @BeforeEach
  void newInstance() throws IOException {
    backend = backend();
    Path own = containerd.newFolder("i");
    folder = new InstanceFolder(TestSpecs.ID, own, own);
    plan = backend.plan(TestSpecs.args("-c", "true"), image, folder);
  }

  private ContainerdBackend backend() {
    return new ContainerdBackend(
        containerd.socket(), state, Map.of("NETCONFPATH", state.resolve("net.d").toString()));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    try {
      backend.clean(plan, folder);
      backend.clean(plan, folder);
      assertNothingIsLeft();
    } finally {
      backend.close();
    }
  }

  private void assertNothingIsLeft() throws IOException {
    String id = backend.namespace() + "-" + TestSpecs.ID;
    assertFalse(Files.exists(Path.of("/run/flint-netns", id)));
    assertEquals(List.of(), containerd.mounts());
    try (Stream<Path> run = Files.list(folder.run())) {
      assertEquals(List.of(), run.toList());
    }
    assertFalse(rules().toString().contains(id), () -> "rules are left: " + rules());
    // The plugin keeps a lock and what it gave away last.
    for (String network : List.of("flint-plain", "flint-ports")) {
      Path given = leases.resolve(network);
      if (Files.exists(given)) {
        try (Stream<Path> files = Files.list(given)) {
          List<Path> addresses =
              files.filter(file -> file.getFileName().toString().startsWith("198.")).toList();
          assertEquals(List.of(), addresses);
        }
      }
    }
  }

  private Run start(String network, String script, PortForward... ports) throws IOException {
    InstanceSpec spec =
        TestSpecs.withNetwork(
                TestSpecs.args("-c", script), new Network.Cni(network), List.of(ports))
            .withExtras(new Extras(List.of("10.1.2.3\tfar.lan"), "", false, "db-0"));
    InstanceSpec settled = backend.settled(spec);
    plan = backend.plan(settled, image, folder);
    Run run = backend.start(plan, folder);
    chosen = settled.ports();
    return run;
  }

  private void awaitReady() throws IOException {
    Containerd.await("it is ready", () -> Files.exists(folder.rawOut()) && out().contains("ready"));
  }

  private String out() throws IOException {
    return Files.readString(folder.rawOut(), StandardCharsets.UTF_8);
  }

  private static String get(String host, int port) throws IOException {
    URLConnection connection =
        URI.create("http://" + host + ":" + port + "/").toURL().openConnection();
    connection.setConnectTimeout(10_000);
    connection.setReadTimeout(10_000);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** As one that is added to look into it. */
  @Test
  void anotherContainerIsOnItsNetworkWithItsNames() throws Exception {
    Path own = folder.root();
    folder = new InstanceFolder(TestSpecs.ID, Files.createDirectory(own.resolve("web")), own);
    InstanceFolder aside =
        new InstanceFolder(
            new InstanceId("other"), Files.createDirectory(own.resolve("other")), own);
    String address = start("", SERVER).address();
    awaitReady();
    InstanceSpec looks =
        TestSpecs.args("-c", "cat /etc/hosts; exec busybox wget -qO- http://127.0.0.1/")
            .withNetwork(new Network.Joined(TestSpecs.ID));
    InstanceSpec other = SpecDocument.read(SpecDocument.write(looks).with("id", "other"));
    LaunchPlan joined = backend.plan(other, image, aside);
    try {
      Run run = backend.start(joined, aside);
      assertEquals(0, run.ended().get(60, TimeUnit.SECONDS).code());
      // Only then all that its shim has read is written.
      backend.clean(joined, aside);
      String said = Files.readString(aside.rawOut(), StandardCharsets.UTF_8);
      assertTrue(said.contains(address + " db-0\n"), said);
      assertTrue(said.endsWith("hello from the container\n"), said);
    } finally {
      backend.clean(joined, aside);
    }
    assertEquals("hello from the container\n", get(address, 80), "it is still there");
  }

  @Test
  void aContainerHasAnAddressOfItsOwn() throws Exception {
    Run run = start("", SERVER);
    assertTrue(run.address().startsWith("198.19.77."), run.address());
    awaitReady();
    assertEquals("hello from the container\n", get(run.address(), 80));
    assertTrue(out().contains(run.address() + " db-0\n"), out());
    assertTrue(out().contains("# Entries added by HostAliases.\n10.1.2.3\tfar.lan\n"), out());
    assertTrue(out().contains("hello from the container\nready"), "its loopback is up: " + out());
    // The agent dies, and the next one finds only the plan.
    run.close();
    backend.close();
    backend = backend();
    Run adopted = backend.adopt(plan, folder).orElseThrow();
    assertEquals(run.address(), adopted.address());
    assertFalse(adopted.ended().isDone());
  }

  @Test
  void aPublishedPortLeadsToAnotherOfTheContainer() throws Exception {
    requireNat();
    Run run =
        start("flint-ports", SERVER, new PortForward("0.0.0.0", 0, 80, PortForward.Protocol.TCP));
    awaitReady();
    int port = chosen.get(0).hostPort();
    assertEquals("hello from the container\n", get(run.address(), 80));
    assertEquals("hello from the container\n", get("127.0.0.1", port));
    backend.clean(plan, folder);
    assertNothingIsLeft();
  }

  /** Its namespace would be gone with its last process. */
  @Test
  void whatEndsByItselfLeavesNoRules() throws Exception {
    requireNat();
    Run run = start("flint-ports", "exit 3");
    assertEquals(3, run.ended().get(60, TimeUnit.SECONDS).code());
  }

  @Test
  void whatCannotRunGivesItsAddressBack() throws Exception {
    InstanceSpec spec =
        TestSpecs.withNetwork(
            TestSpecs.command("/nothing"), new Network.Cni("flint-plain"), List.of());
    plan = backend.plan(spec, image, folder);
    assertEquals(127, backend.start(plan, folder).ended().get(60, TimeUnit.SECONDS).code());
    assertNothingIsLeft();
  }

  /** Its plugins can neither add nor remove. */
  @Test
  void aBrokenNetworkSaysWhyAndKeepsNothing() throws IOException {
    FlintException e =
        Failures.expect(ErrorCode.LOCAL_IO, () -> start("flint-broken", "true").close());
    assertTrue(e.toString().contains("could not add to the network flint-broken"), e::toString);
    assertTrue(e.toString().contains("no-such-plugin"), e::toString);
    assertEquals(List.of(), List.of(e.getSuppressed()));
    assertNothingIsLeft();
  }

  private static void requireNat() {
    Path iptables = Peers.require("iptables");
    Command.Result nat = Command.run(iptables, "-t", "nat", "-S");
    if (nat.exit() != 0) {
      Peers.require("a kernel with NAT (" + nat.err().strip() + ")");
    }
  }
}
