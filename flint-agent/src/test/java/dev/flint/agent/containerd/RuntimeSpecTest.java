package dev.flint.agent.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Finding;
import dev.flint.agent.backend.PublishedPorts;
import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.GuestAddress;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeSpecTest {
  private static final Digest ANY = Digest.sha256(new byte[0]);

  @TempDir Path temp;

  private Path base;
  private Path top;

  @BeforeEach
  void makeLayers() throws IOException {
    base = Files.createDirectories(temp.resolve("base"));
    top = Files.createDirectories(temp.resolve("top"));
    Files.createDirectories(base.resolve("etc"));
    Files.writeString(
        base.resolve("etc/passwd"), "root:x:0:0::/:\nweb:x:33:34::/:\nbad:x:y:1::/:\n", UTF_8);
    Files.writeString(base.resolve("etc/group"), "web:x:34:\nlog:x:4:web\nadm:x:5:a,web\n", UTF_8);
  }

  private PreparedImage image(String section) throws IOException {
    byte[] config = ("{\"config\":" + section + "}").getBytes(UTF_8);
    return new PreparedImage(
        ANY, ImageConfig.parse(config, ANY), new PreparedImage.Layers(List.of(base, top)));
  }

  private JsonObject spec(InstanceSpec spec, String config) throws IOException {
    PreparedImage image = image(config);
    ContainerSecurity host =
        new ContainerSecurity(
            temp.resolve("seccomp"), temp.resolve("enforce"), temp.resolve("status"));
    return RuntimeSpec.of(spec, image, (PreparedImage.Layers) image.content(), "/flint-web", host);
  }

  private JsonObject process(InstanceSpec spec, String config) throws IOException {
    return spec(spec, config).object("process").orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // the image's, command, args, what runs
        "'Entrypoint':['/e'],'Cmd':['c']|      |    | /e c",
        "'Entrypoint':['/e'],'Cmd':['c']|      | a  | /e a",
        "'Entrypoint':['/e'],'Cmd':['c']| /x   |    | /x",
        "'Entrypoint':['/e'],'Cmd':['c']| /x   | a  | /x a",
        "'Cmd':['/c','d']               |      |    | /c d",
      })
  void mergesCommandAndArguments(String config, String command, String args, String expected)
      throws IOException {
    InstanceSpec plain = command == null ? TestSpecs.args() : TestSpecs.command(command);
    InstanceSpec spec = args == null ? plain : TestSpecs.withArgs(plain, args);
    JsonObject process = process(spec, "{" + config.replace('\'', '"') + "}");
    assertEquals(expected, String.join(" ", process.strings("args")));
  }

  @Test
  void anImageWithoutAProgramIsRefused() {
    FlintException e = assertThrows(FlintException.class, () -> spec(TestSpecs.args(), "{}"));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "'', 0, 0, 0",
        "web, 33, 34, 34 4 5",
        "33, 33, 34, 34 4 5",
        "77, 77, 0, 0",
        "web:log, 33, 4, 4",
        "77:9, 77, 9, 9",
        ":log, 0, 4, 4",
      })
  void looksUsersUpInTheImage(String user, int uid, int gid, String groups) throws IOException {
    JsonObject process = process(TestSpecs.command("/x"), "{\"User\":\"" + user + "\"}");
    String more = groups.replace(' ', ',');
    assertEquals(
        "{\"uid\":" + uid + ",\"gid\":" + gid + ",\"additionalGids\":[" + more + "]}",
        process.object("user").orElseThrow().toString());
    assertEquals(uid == 0, process.object("capabilities").orElseThrow().has("effective"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "web:nobody", "bad", "-1", "4294967296", "+1"})
  void refusesUsersTheImageHasNot(String user) {
    InstanceSpec spec = TestSpecs.command("/x");
    FlintException e =
        assertThrows(FlintException.class, () -> spec(spec, "{\"User\":\"" + user + "\"}"));
    assertEquals(ErrorCode.UNSUPPORTED, e.code());
  }

  @Test
  void anUpperPasswdHidesTheLowerAndALinkIsNotFollowed() throws IOException {
    Files.createDirectories(top.resolve("etc"));
    Files.writeString(top.resolve("etc/passwd"), "web:x:1:2::/:\n", UTF_8);
    String web = "{\"User\":\"web\"}";
    JsonObject user = process(TestSpecs.command("/x"), web).object("user").orElseThrow();
    assertEquals(1, user.integer("uid").orElseThrow());
    Files.move(top.resolve("etc/passwd"), temp.resolve("outside"));
    Files.createSymbolicLink(top.resolve("etc/passwd"), temp.resolve("outside"));
    assertThrows(FlintException.class, () -> spec(TestSpecs.command("/x"), web));
  }

  @Test
  void theInstanceIsStrongerThanTheImage() throws IOException {
    InstanceSpec plain = TestSpecs.command("/x");
    String config = "{\"Env\":[\"A=image\",\"B=image\",\"=odd\",\"odd\"],\"WorkingDir\":\"/w\"}";
    JsonObject process = process(TestSpecs.withEnv(plain, Map.of("B", "own"), ""), config);
    List<String> env = process.strings("env");
    assertEquals(List.of("A=image", "B=own"), env.subList(1, 3));
    assertTrue(env.get(0).startsWith("PATH=/usr/local/sbin:"), env.toString());
    assertEquals("/w", process.requiredString("cwd"));
    assertEquals(
        "/own", process(TestSpecs.withEnv(plain, Map.of(), "own"), config).requiredString("cwd"));
  }

  @Test
  void limitsBecomeTheirNumbers() throws IOException {
    InstanceSpec spec =
        TestSpecs.withResources(TestSpecs.command("/x"), new Resources(1500, 64 << 20));
    JsonObject linux = spec(spec, "{}").object("linux").orElseThrow();
    JsonObject resources = linux.object("resources").orElseThrow();
    assertEquals("{\"limit\":67108864}", resources.object("memory").orElseThrow().toString());
    assertEquals(
        "{\"shares\":1536,\"quota\":150000,\"period\":100000}",
        resources.object("cpu").orElseThrow().toString());
    assertEquals("/flint-web", linux.requiredString("cgroupsPath"));
  }

  /** As a kubelet sets them: a request is a weight, and no limit. */
  @ParameterizedTest
  @CsvSource({
    "0,    0,   ''",
    "0,    100, '{\"shares\":102}'",
    "0,    1,   '{\"shares\":2}'",
    "0,    999999, '{\"shares\":262144}'",
    "1500, 500, '{\"shares\":512,\"quota\":150000,\"period\":100000}'",
    "1,    0,   '{\"shares\":2,\"quota\":1000,\"period\":100000}'",
  })
  void aRequestLimitsNothing(int limit, int request, String cpu) throws IOException {
    Resources asked = new Resources(limit, 0, request, 64 << 20);
    JsonObject resources =
        spec(TestSpecs.withResources(TestSpecs.command("/x"), asked), "{}")
            .object("linux")
            .orElseThrow()
            .object("resources")
            .orElseThrow();
    assertFalse(resources.has("memory"));
    assertEquals(cpu, resources.object("cpu").map(JsonObject::toString).orElse(""));
  }

  @Test
  void theNetworkIsTheHostsUnlessThereIsNone() throws IOException {
    InstanceSpec usual = TestSpecs.command("/x");
    assertFalse(spec(usual, "{}").toString().contains("\"network\""));
    InstanceSpec none = TestSpecs.withNetwork(usual, new Network.None(), List.of());
    assertTrue(spec(none, "{}").toString().contains("{\"type\":\"network\"}"));
    assertEquals("web", spec(none, "{}").requiredString("hostname"));
    InstanceSpec tap =
        TestSpecs.withNetwork(usual, new Network.Tap("tap0", GuestAddress.NONE), List.of());
    assertEquals(
        ErrorCode.UNSUPPORTED, assertThrows(FlintException.class, () -> spec(tap, "{}")).code());
  }

  /** As with a kubelet and its runtime. */
  @Test
  void aContainerOfAPodIsCalledAsItsPod() throws IOException {
    InstanceSpec usual =
        TestSpecs.command("/x").withExtras(new Extras(List.of(), "", false, "db-0"));
    JsonObject host = spec(usual, "{}");
    assertFalse(host.has("hostname"));
    String name = Command.run("uname", "-n").ok().out().strip();
    assertEquals("HOSTNAME=" + name, env(host).get(1));
    InstanceSpec none =
        TestSpecs.withNetwork(usual, new Network.None(), List.of()).withExtras(usual.extras());
    JsonObject own = spec(none, "{}");
    assertEquals("db-0", own.requiredString("hostname"));
    assertEquals("HOSTNAME=db-0", env(own).get(1));
    assertEquals("HOSTNAME=image", env(spec(none, "{\"Env\":[\"HOSTNAME=image\"]}")).get(1));
    assertEquals(1, env(spec(TestSpecs.command("/x"), "{}")).size(), "others are told nothing");
  }

  private static List<String> env(JsonObject spec) throws IOException {
    return spec.object("process").orElseThrow().strings("env");
  }

  @ParameterizedTest
  @CsvSource({"8080,8080,true", "0,8080,true", "80,8080,false"})
  void aPortOfTheHostsNetworkIsTheSameOnBothSides(int host, int guest, boolean accepted)
      throws IOException {
    PortForward port = new PortForward("0.0.0.0", host, guest, PortForward.Protocol.TCP);
    InstanceSpec spec =
        TestSpecs.withNetwork(TestSpecs.command("/x"), new Network.Host(), List.of(port));
    if (accepted) {
      spec(spec, "{}");
    } else {
      FlintException e = assertThrows(FlintException.class, () -> spec(spec, "{}"));
      assertEquals(ErrorCode.UNSUPPORTED, e.code());
      assertFalse(e.remedy().isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative", "/", "/../etc", "/a/..", "/proc", "/sys/kernel"})
  void refusesToMountThere(String target) {
    Mount mount = new Mount(temp, target, true, Mount.Kind.COPY);
    InstanceSpec spec = TestSpecs.withMounts(TestSpecs.command("/x"), List.of(mount));
    assertEquals(
        ErrorCode.POLICY, assertThrows(FlintException.class, () -> spec(spec, "{}")).code());
  }

  @Test
  void aPlanIsReadAsItWasWritten() throws IOException {
    InstanceFolder folder = new InstanceFolder(TestSpecs.ID, temp.resolve("a b"), temp);
    try (ContainerdBackend backend = new ContainerdBackend(temp.resolve("sock"), temp, Map.of())) {
      PreparedImage image = image("{\"StopSignal\":\"SIGQUIT\"}");
      ContainerPlan plan = ContainerPlan.of(backend.plan(TestSpecs.command("/x"), image, folder));
      assertEquals(plan, ContainerPlan.of(plan.toLaunchPlan()));
      assertEquals(3, plan.stopSignal());
      assertEquals("lowerdir=" + top + ":" + base, plan.rootfs().get(0).options().get(0));
      assertTrue(plan.streams().stdout().endsWith("/a b/stdout.raw"), plan.streams().stdout());
    }
    assertThrows(
        FlintException.class, () -> ContainerPlan.overlay(List.of(temp.resolve("a:b")), folder));
  }

  @Test
  void whatTheKernelLeadsToAnotherIsNotForTheHostsNetwork() throws IOException {
    PublishedPorts published = new PublishedPorts();
    List<PortForward> ports =
        List.of(new PortForward("0.0.0.0", 0, 8080, PortForward.Protocol.TCP));
    InstanceSpec spec = TestSpecs.withNetwork(TestSpecs.command("/x"), new Network.Usual(), ports);
    try (ContainerdBackend backend =
        new ContainerdBackend(temp.resolve("sock"), temp, Map.of(), published)) {
      ImageConfig config = image("{}").config();
      assertFalse(backend.preflight(spec, config).toString().contains("leads to other"));
      published.claim("other", backend.settled(spec).ports());
      Finding last = backend.preflight(spec, config).get(2);
      assertEquals(Finding.Level.REFUSED, last.level());
      assertTrue(last.toString().contains("port 8080/tcp of 0.0.0.0 leads to other"), "" + last);
    }
  }

  @ParameterizedTest
  @CsvSource({"SIGTERM,15", "term,15", "9,9", "SIGHUP,1", "SIGSYS,31", "SIGRTMIN+3,37", "IO,29"})
  void knowsSignals(String text, int number) throws FlintException {
    assertEquals(number, Signals.number(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SIG", "SIGNOTHING", "0", "65", "-1", "HUP INT", "RTMIN+99"})
  void refusesOtherSignals(String text) {
    assertThrows(FlintException.class, () -> Signals.number(text));
  }
}
