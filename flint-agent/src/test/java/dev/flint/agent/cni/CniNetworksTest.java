package dev.flint.agent.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.PublishedPorts;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PortForward.Protocol;
import dev.flint.agent.testing.Containerd;
import dev.flint.agent.testing.Root;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CniNetworksTest {
  /** Keeps what it is told, and answers with a file if there is one for it. */
  private static final String PLUGIN =
      """
      #!/bin/sh
      name=${0##*/}
      echo "$CNI_COMMAND $name $CNI_CONTAINERID $CNI_IFNAME ${CNI_NETNS##*/}" >>FOLDER/calls
      cat >"FOLDER/$CNI_COMMAND.$name"
      if [ "$CNI_COMMAND" = ADD ]; then cat "FOLDER/$name.result"; fi
      """;

  private static final PortForward PORT = new PortForward("127.0.0.1", 8080, 80, Protocol.TCP);

  @TempDir Path folder;
  private final String id = "flint-test-" + UUID.randomUUID();
  private Path run;
  private CniNetworks networks;

  @BeforeEach
  void makePlugins() throws IOException {
    Files.createDirectories(folder.resolve("net.d"));
    run = Files.createDirectories(folder.resolve("run"));
    plugin("one", PLUGIN.replace("FOLDER", folder.toString()));
    plugin("two", PLUGIN.replace("FOLDER", folder.toString()));
    Files.writeString(
        folder.resolve("one.result"),
        """
        {"cniVersion": "1.0.0", "ips": [{"address": "fd00::2/64"}, {"address": "198.18.0.2/24"}],
         "dns": {"nameservers": ["198.18.0.1"], "search": ["lan"]}}
        """);
    Files.copy(folder.resolve("one.result"), folder.resolve("two.result"));
    networks =
        new CniNetworks(
            Map.of("CNI_PATH", "/nowhere:" + folder, "NETCONFPATH", folder + "/net.d"),
            new PublishedPorts());
  }

  /** Where a test fails, nobody else does. */
  @AfterEach
  void removePin() throws IOException {
    NamespacePin.remove(Path.of("/run/flint-netns", id));
  }

  private void plugin(String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve(name), script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void network(String file, String text) throws IOException {
    Files.writeString(folder.resolve("net.d").resolve(file), text);
  }

  private void usual(String version) throws IOException {
    network(
        "10-a.conflist",
        """
        {"cniVersion": "VERSION", "name": "a", "plugins": [
          {"type": "one", "own": {"deep": 1}},
          {"type": "two", "capabilities": {"portMappings": true}}]}
        """
            .replace("VERSION", version));
  }

  private JsonObject told(String file) throws IOException {
    return JsonObject.parse(Files.readAllBytes(folder.resolve(file)), file);
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"), StandardCharsets.UTF_8);
  }

  private String connect(JsonObject plan) throws IOException {
    networks.prepare(plan, "web", run);
    Process other = new ProcessBuilder("unshare", "--net", "sleep", "1000").start();
    try {
      Path namespace = Path.of("/proc", Long.toString(other.pid()), "ns/net");
      Path own = Path.of("/proc/self/ns/net");
      Containerd.await("it has its own", () -> !Files.isSameFile(namespace, own));
      return networks.connect(plan, run, other.pid(), "web");
    } finally {
      other.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"1.0.0,true", "0.3.1,false"})
  void plugsInInOrderAndOutBackwards(String version, boolean toldBefore) throws IOException {
    Root.require();
    usual(version);
    JsonObject plan = networks.plan("", id, List.of(PORT));
    try {
      assertEquals("198.18.0.2", connect(plan));
      assertFalse(told("ADD.one").has("prevResult"));
      assertEquals(told("one.result"), told("ADD.two").object("prevResult").orElseThrow());
      assertEquals("a", told("ADD.two").requiredString("name"));
      assertTrue(told("ADD.one").has("own"));
      assertFalse(told("ADD.two").has("capabilities"));
      assertFalse(told("ADD.one").has("runtimeConfig"));
      assertEquals(
          "{\"portMappings\":[{\"hostPort\":8080,\"containerPort\":80,"
              + "\"protocol\":\"tcp\",\"hostIP\":\"127.0.0.1\"}]}",
          told("ADD.two").object("runtimeConfig").orElseThrow().toString());
      assertEquals(
          "127.0.0.1 localhost\n::1 localhost ip6-localhost\n198.18.0.2 web\n",
          Files.readString(run.resolve("hosts")));
      assertEquals(
          "nameserver 198.18.0.1\nsearch lan\n", Files.readString(run.resolve("resolv.conf")));
      assertEquals("198.18.0.2", networks.adopt(plan, "web", run));
    } finally {
      networks.disconnect(plan, "web", run);
    }
    assertEquals(toldBefore, told("DEL.one").has("prevResult"));
    networks.disconnect(plan, "web", run);
    String rest = " " + id + " eth0 " + id;
    assertEquals(
        List.of("ADD one" + rest, "ADD two" + rest, "DEL two" + rest, "DEL one" + rest), calls());
    assertEquals(0, run.toFile().list().length);
    assertFalse(Files.exists(Path.of(plan.requiredString("namespace"))));
  }

  private void failing(String name, String command) throws IOException {
    String script = PLUGIN.replace("FOLDER", folder.toString());
    plugin(name, script + "if [ $CNI_COMMAND = " + command + " ]; then echo no >&2; exit 1; fi\n");
  }

  @Test
  void whatWasNeverAddedNeedNotBeUndone() throws IOException {
    Root.require();
    usual("1.0.0");
    failing("one", "DEL");
    plugin("two", "#!/bin/sh\necho no such range >&2; exit 1");
    JsonObject plan = networks.plan("", id, List.of(PORT));
    FlintException e = Failures.expect(ErrorCode.LOCAL_IO, () -> connect(plan));
    assertTrue(e.toString().endsWith("add to the network a: no such range"), e::toString);
    networks.disconnect(plan, "web", run);
    String rest = " one " + id + " eth0 " + id;
    assertEquals(List.of("ADD" + rest, "DEL" + rest), calls());
    assertNothingIsLeft(plan);
  }

  private void assertNothingIsLeft(JsonObject plan) throws IOException {
    assertEquals(List.of(), List.of(run.toFile().list()));
    assertFalse(Files.exists(Path.of(plan.requiredString("namespace"))));
  }

  @Test
  void whatWasAddedIsUndoneAgainAndAgainButNotForEver() throws IOException {
    Root.require();
    usual("1.0.0");
    failing("one", "DEL");
    failing("two", "DEL");
    JsonObject plan = networks.plan("", id, List.of(PORT));
    connect(plan);
    for (int i = 0; i < 2; i++) {
      FlintException e =
          Failures.expect(ErrorCode.LOCAL_IO, () -> networks.disconnect(plan, "web", run));
      assertTrue(e.toString().contains("the plugin two of CNI could not remove"));
      assertTrue(e.getSuppressed()[0].toString().contains("the plugin one of CNI could not"));
    }
    assertEquals(2 + 2 * 2, calls().size());
    long late = System.currentTimeMillis() - Removal.PATIENCE.toMillis() - 1000;
    Files.setLastModifiedTime(Removal.failing(run), FileTime.fromMillis(late));
    networks.disconnect(plan, "web", run);
    assertNothingIsLeft(plan);
  }

  @Test
  void aPluginThatRecoversEndsTheTrying() throws IOException {
    Root.require();
    usual("1.0.0");
    failing("two", "DEL");
    JsonObject plan = networks.plan("", id, List.of());
    connect(plan);
    Failures.expect(ErrorCode.LOCAL_IO, () -> networks.disconnect(plan, "web", run));
    plugin("two", PLUGIN.replace("FOLDER", folder.toString()));
    networks.disconnect(plan, "web", run);
    assertTrue(told("DEL.two").has("prevResult"));
    assertNothingIsLeft(plan);
  }

  @Test
  void afterARestartOfTheHostAFailureToUndoIsNoMatter() throws IOException {
    usual("1.0.0");
    failing("two", "DEL");
    JsonObject plan = networks.plan("a", id, List.of());
    Files.writeString(
        run.resolve("network.json"), "{\"address\": \"198.18.0.2\", \"result\": {\"ips\": []}}");
    networks.disconnect(plan, "web", run);
    assertEquals(List.of("DEL two " + id + " eth0 ", "DEL one " + id + " eth0 "), calls());
    assertNothingIsLeft(plan);
  }

  @Test
  void theHostsOwnNetworkIsNeverChanged() throws IOException {
    Root.require();
    usual("1.0.0");
    JsonObject plan = networks.plan("", id, List.of());
    try {
      long host = ProcessHandle.current().pid();
      Failures.expect(ErrorCode.POLICY, () -> networks.connect(plan, run, host, "web"));
      assertFalse(Files.exists(folder.resolve("calls")));
    } finally {
      networks.disconnect(plan, "web", run);
    }
  }

  @Test
  void afterARestartOfTheHostThereIsNoNamespace() throws IOException {
    usual("1.0.0");
    JsonObject plan = networks.plan("a", id, List.of());
    Files.writeString(run.resolve("network.json"), "{}");
    networks.disconnect(plan, "web", run);
    assertEquals("DEL two " + id + " eth0 ", calls().get(0));
  }

  @Test
  void whatWasNeverBegunIsNotUndone() throws IOException {
    usual("1.0.0");
    networks.disconnect(networks.plan("a", id, List.of()), "web", run);
    assertFalse(Files.exists(folder.resolve("calls")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "printf %s '{\"code\":11,\"msg\":\"no address\\nleft\",\"details\":\"full\"}'; exit 1|no address left; full",
        "echo a panic >&2; exit 2|a panic",
        "exit 3|it ended with status 3",
        "exec sleep 60|it did not end in 1 s",
        "head -c 2000000 /dev/zero|it says too much",
      })
  void aPluginsComplaintIsOneLine(String script, String complaint) throws IOException {
    usual("1.0.0");
    plugin("bad", "#!/bin/sh\n" + script);
    Attachment attachment = Attachment.of(networks.plan("a", id, List.of()));
    Duration limit = Duration.ofSeconds(complaint.startsWith("it did not end") ? 1 : 60);
    PluginProcess process = new PluginProcess(attachment, "ADD", "", limit);
    FlintException e =
        Failures.expect(
            ErrorCode.LOCAL_IO, () -> process.run(folder.resolve("bad"), JsonObject.empty(), run));
    assertEquals(
        "the plugin bad of CNI could not add to the network a: " + complaint, e.getMessage());
    assertEquals(0, run.toFile().list().length);
  }

  @Test
  void aPluginOfADeadAgentIsWaitedForAndItsServerIsNot() throws Exception {
    usual("1.0.0");
    plugin("slow", "#!/bin/sh\nread line; exit 0");
    Process stray = asPlugin(folder.resolve("slow").toString());
    Process server = asPlugin("sleep", "1000");
    try {
      StrayPlugins.await(Attachment.of(networks.plan("a", id + "-other", List.of())));
      assertTrue(stray.isAlive());
      AtomicBoolean ended = new AtomicBoolean();
      CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS)
          .execute(
              () -> {
                ended.set(true);
                stray.destroyForcibly();
              });
      StrayPlugins.await(Attachment.of(networks.plan("a", id, List.of())));
      assertTrue(ended.get());
      assertTrue(server.isAlive());
    } finally {
      stray.destroyForcibly();
      server.destroyForcibly();
    }
  }

  private Process asPlugin(String... argv) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(argv);
    builder.environment().put(StrayPlugins.CONTAINER, id);
    return builder.start();
  }

  @Test
  void choosesByNameOrElseTheFirst() throws IOException {
    usual("1.0.0");
    network("20-b.conf", "{\"cniVersion\": \"0.4.0\", \"name\": \"b\", \"type\": \"one\"}");
    network("30-broken.conflist", "{");
    network("00-no.txt", "{");
    assertEquals("a", networks.plan("", id, List.of()).requiredString("network"));
    assertEquals("b", networks.plan("b", id, List.of()).requiredString("network"));
    Failures.expect(ErrorCode.PROTOCOL, () -> networks.plan("c", id, List.of()));
    network("05-broken.conflist", "{");
    Failures.expect(ErrorCode.PROTOCOL, () -> networks.plan("", id, List.of()));
  }

  @Test
  void refusesPortsThatNobodyForwardsAndPluginsThatAreNotThere() throws IOException {
    network("10.conf", "{\"cniVersion\": \"0.4.0\", \"name\": \"b\", \"type\": \"one\"}");
    network("20.conf", "{\"cniVersion\": \"0.4.0\", \"name\": \"c\", \"type\": \"three\"}");
    Failures.expect(ErrorCode.UNSUPPORTED, () -> networks.plan("b", id, List.of(PORT)));
    Failures.expect(ErrorCode.NOT_FOUND, () -> networks.plan("c", id, List.of()));
    Failures.expect(ErrorCode.NOT_FOUND, () -> networks.plan("d", id, List.of()));
    CniNetworks none =
        new CniNetworks(Map.of("NETCONFPATH", folder + "/none"), new PublishedPorts());
    Failures.expect(ErrorCode.NOT_FOUND, () -> none.plan("", id, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'cniVersion':'1.0.0','name':'../a','plugins':[{'type':'one'}]}",
        "{'cniVersion':'1.0.0','name':'a','plugins':[{'type':'../one'}]}",
        "{'cniVersion':'1.0.0','name':'a','plugins':[{'type':'/bin/sh'}]}",
        "{'cniVersion':'1.0.0','name':'a','plugins':[]}",
        "{'cniVersion':'0.2.0','name':'a','plugins':[{'type':'one'}]}",
        "{'name':'a','plugins':[{'type':'one'}]}",
        "{'cniVersion':'1.0.0','plugins':[{'type':'one'}]}",
      })
  void refusesAFileThatIsNoNetwork(String text) throws IOException {
    network("10.conflist", text.replace('\'', '"'));
    Failures.expect(ErrorCode.PROTOCOL, () -> networks.plan("", id, List.of()));
  }
}
