package dev.flint.agent.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.ConfigRefused;
import dev.flint.agent.instance.Capabilities;
import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.Identity;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Security;
import dev.flint.agent.instance.SpecDocument;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerSecurityTest {
  private static final Digest ANY = Digest.sha256(new byte[0]);

  @TempDir Path temp;

  private Path layer;

  @BeforeEach
  void makeLayer() throws IOException {
    layer = Files.createDirectories(temp.resolve("layer"));
    Files.createDirectories(layer.resolve("etc"));
    Files.writeString(
        temp.resolve("status"), "Name:\tx\nCapEff:\t000001ffffffffff\nCapBnd:\t0\n", UTF_8);
    Files.writeString(layer.resolve("etc/passwd"), "root:x:0:0::/:\nweb:x:33:34::/:\n", UTF_8);
    Files.writeString(layer.resolve("etc/group"), "web:x:34:\nlog:x:4:web\n", UTF_8);
  }

  private static Security as(Identity who) {
    return new Security(
        who,
        Capabilities.USUAL,
        false,
        false,
        Security.UNCONFINED,
        Security.UNCONFINED,
        false,
        Map.of());
  }

  private static Security with(String seccomp, String appArmor, boolean selinux) {
    return new Security(
        Identity.OF_IMAGE, Capabilities.USUAL, false, false, seccomp, appArmor, selinux, Map.of());
  }

  private JsonObject spec(InstanceSpec spec, String user) throws IOException {
    byte[] config = ("{\"config\":{\"User\":\"" + user + "\"}}").getBytes(UTF_8);
    PreparedImage.Layers layers = new PreparedImage.Layers(List.of(layer));
    PreparedImage image = new PreparedImage(ANY, ImageConfig.parse(config, ANY), layers);
    ContainerSecurity host =
        new ContainerSecurity(
            temp.resolve("seccomp"), temp.resolve("enforce"), temp.resolve("status"));
    return RuntimeSpec.of(spec, image, layers, "/flint-web", host);
  }

  private JsonObject spec(Security security) throws IOException {
    return spec(TestSpecs.command("/x").withSecurity(security), "");
  }

  private static JsonObject process(JsonObject spec) throws IOException {
    return spec.object("process").orElseThrow();
  }

  @Test
  void whoseUsersAreNotToBeTheHostsDoesNotRun() {
    ConfigRefused e =
        assertThrows(ConfigRefused.class, () -> spec(Security.USUAL.withOwnUsers(true)));
    assertEquals(
        "spec.hostUsers: false is not supported: containers here have no users of their own",
        e.getMessage());
  }

  /** The image's user, the wanted user and group, the further groups, strict; what runs. */
  @ParameterizedTest
  @CsvSource({
    "web,   -1, -1, '',  false, 33:34, '34,4'",
    "web,   -1, -1, '7', false, 33:34, '34,4,7'",
    "web,   -1, -1, '7', true,  33:34, '34,7'",
    "web,   -1,  9, '',  false, 33:9,  '9,4'",
    "web,    0, -1, '',  false, 0:0,   '0'",
    "web,   77, -1, '',  false, 77:0,  '0'",
    "'',    33, -1, '',  false, 33:34, '34,4'",
    "'',    33, 88, '4 7 7', false, 33:88, '88,4,7'",
    "33:5,  -1, -1, '',  false, 33:5,  '5'",
    "nobody, 5,  6, '',  false, 5:6,   '6'",
  })
  void choosesUserAndGroups(
      String image, int user, int group, String more, boolean strict, String runs, String groups)
      throws IOException {
    List<Integer> further =
        more.isEmpty()
            ? List.of()
            : List.of(more.split(" ", -1)).stream().map(Integer::valueOf).toList();
    Security security = as(new Identity(user, group, false, further, strict));
    JsonObject json =
        process(spec(TestSpecs.command("/x").withSecurity(security), image))
            .object("user")
            .orElseThrow();
    assertEquals(
        "{\"uid\":" + runs.replace(":", ",\"gid\":") + ",\"additionalGids\":[" + groups + "]}",
        json.toString());
  }

  /** The kubelet's words, which people look for. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "'',     -1, container has runAsNonRoot and image will run as root",
        "0,      -1, container has runAsNonRoot and image will run as root",
        "00:5,   -1, container has runAsNonRoot and image will run as root",
        "':5',   -1, container has runAsNonRoot and image will run as root",
        "web,    -1, 'container has runAsNonRoot and image has non-numeric user (web), cannot"
            + " verify user is non-root'",
        "root:5, -1, 'container has runAsNonRoot and image has non-numeric user (root), cannot"
            + " verify user is non-root'",
        "33,      0, container's runAsUser breaks non-root policy",
        "33,     -1, -",
        "33:0,   -1, -",
        "web,     5, -",
        "'',      5, -",
      })
  void whoMustNotBeRootIsNot(String image, int user, String message) throws IOException {
    Security security = as(new Identity(user, -1, true, List.of(), false));
    InstanceSpec spec = TestSpecs.command("/x").withSecurity(security);
    if (message == null) {
      spec(spec, image);
    } else {
      ConfigRefused e = assertThrows(ConfigRefused.class, () -> spec(spec, image));
      assertEquals(message, e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    // add, drop, how many, one that is there, one that is not
    "'', '', 14, CAP_CHOWN, CAP_NET_ADMIN",
    "NET_ADMIN, '', 15, CAP_NET_ADMIN, CAP_SYS_ADMIN",
    "CHOWN, '', 14, CAP_CHOWN, CAP_SYS_ADMIN",
    "'', CHOWN, 13, CAP_KILL, CAP_CHOWN",
    "'', ALL, 0, '', CAP_CHOWN",
    "NET_BIND_SERVICE, ALL, 1, CAP_NET_BIND_SERVICE, CAP_CHOWN",
    "ALL, '', 41, CAP_CHECKPOINT_RESTORE, CAP_NOTHING",
    "ALL, SYS_ADMIN, 40, CAP_BPF, CAP_SYS_ADMIN",
    "ALL, ALL, 0, '', CAP_CHOWN",
    "KILL, KILL, 13, CAP_CHOWN, CAP_KILL",
  })
  void addsAndDropsCapabilities(String add, String drop, int count, String has, String hasNot)
      throws IOException {
    Security security =
        new Security(
            Identity.OF_IMAGE,
            new Capabilities(names(add), names(drop)),
            true,
            true,
            Security.UNCONFINED,
            Security.UNCONFINED,
            false,
            Map.of());
    JsonObject json = spec(security);
    JsonObject sets = process(json).object("capabilities").orElseThrow();
    List<String> bounding = sets.strings("bounding");
    assertEquals(count, bounding.size());
    assertTrue(has.isEmpty() || bounding.contains(has), bounding.toString());
    assertFalse(bounding.contains(hasNot));
    assertEquals(bounding, sets.strings("effective"));
    assertEquals(bounding, sets.strings("permitted"));
    assertTrue(process(json).flag("noNewPrivileges"));
    assertTrue(json.object("root").orElseThrow().flag("readonly"));
  }

  /** An agent in a container of its own has not all either. */
  @Test
  void allAreThoseOfTheAgent() throws IOException {
    Files.writeString(temp.resolve("status"), "CapEff:\tfffffe2000000005\n", UTF_8);
    Security security =
        new Security(
            Identity.OF_IMAGE,
            new Capabilities(List.of("ALL", "CAP_KILL"), List.of("CAP_CHOWN")),
            false,
            false,
            "",
            "",
            false,
            Map.of());
    List<String> bounding =
        process(spec(security)).object("capabilities").orElseThrow().strings("bounding");
    assertEquals(List.of("CAP_DAC_READ_SEARCH", "CAP_AUDIT_READ", "CAP_KILL"), bounding);
  }

  private static List<String> names(String word) {
    return word.isEmpty() ? List.of() : List.of(Capabilities.name(word).orElseThrow());
  }

  @Test
  void whatIsUsualIsAsItWas() throws IOException {
    JsonObject json = spec(TestSpecs.command("/x"), "");
    assertFalse(process(json).has("noNewPrivileges"));
    assertFalse(json.object("root").orElseThrow().has("readonly"));
    assertFalse(json.object("linux").orElseThrow().has("seccomp"));
    assertFalse(json.object("linux").orElseThrow().has("sysctl"));
    assertFalse(SpecDocument.write(TestSpecs.command("/x")).has("security"));
  }

  @Test
  void aSpecIsReadAsItWasWritten() throws IOException {
    Security security =
        new Security(
            new Identity(5, 6, true, List.of(7, Integer.MAX_VALUE), true),
            new Capabilities(List.of("CAP_BPF"), List.of("ALL")),
            true,
            true,
            Security.RUNTIME_DEFAULT,
            Security.LOCALHOST + "a",
            true,
            Map.of("net.ipv4.tcp_syncookies", "0"),
            true);
    InstanceSpec spec =
        TestSpecs.command("/x")
            .withSecurity(security)
            .withExtras(new Extras(List.of("10.0.0.1\tx"), "/end", true, "web-0"));
    JsonObject json = SpecDocument.write(spec);
    assertEquals(spec, SpecDocument.read(JsonObject.parse(json.bytes(), "spec")));
    assertEquals(
        TestSpecs.command("/x"), SpecDocument.read(SpecDocument.write(TestSpecs.command("/x"))));
    JsonObject wrong =
        json.with("security", JsonObject.empty().withStrings("groups", List.of("4294967296")));
    assertEquals(
        ErrorCode.PROTOCOL,
        assertThrows(FlintException.class, () -> SpecDocument.read(wrong)).code());
  }

  @Test
  void takesTheHostsOwnProfile() throws IOException {
    Security wanted = with(Security.LOCALHOST + "a/web.json", Security.UNCONFINED, false);
    ConfigRefused e = assertThrows(ConfigRefused.class, () -> spec(wanted));
    assertTrue(("" + e.getMessage()).contains("seccomp/a/web.json"), e.getMessage());
    Path file = temp.resolve("seccomp/a/web.json");
    Files.createDirectories(file.resolveSibling(""));
    String profile = "{\"defaultAction\":\"SCMP_ACT_LOG\",\"flags\":[]}";
    Files.writeString(file, profile, UTF_8);
    assertEquals(
        profile,
        spec(wanted).object("linux").orElseThrow().object("seccomp").orElseThrow().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"defaultAction\":1}", "x"})
  void refusesAFileThatIsNoProfile(String text) throws IOException {
    Files.createDirectories(temp.resolve("seccomp"));
    Files.writeString(temp.resolve("seccomp/p"), text, UTF_8);
    assertThrows(
        FlintException.class,
        () -> spec(with(Security.LOCALHOST + "p", Security.UNCONFINED, false)));
  }

  @Test
  void aLabelMattersWhereThereAreLabels() throws IOException {
    Security wanted = with(Security.UNCONFINED, Security.UNCONFINED, true);
    spec(wanted);
    Files.createFile(temp.resolve("enforce"));
    assertEquals(
        ErrorCode.UNSUPPORTED, assertThrows(FlintException.class, () -> spec(wanted)).code());
  }

  @ParameterizedTest
  @ValueSource(strings = {Security.RUNTIME_DEFAULT, Security.LOCALHOST + "p"})
  void aProfileOfAppArmorIsRefused(String profile) {
    FlintException e =
        assertThrows(FlintException.class, () -> spec(with(Security.UNCONFINED, profile, false)));
    assertTrue(("" + e.getMessage()).startsWith("Cannot enforce AppArmor"), e.getMessage());
  }

  @Test
  void aSettingOfTheNetworkNeedsANetworkOfItsOwn() throws IOException {
    Map<String, String> sysctls = Map.of("net.ipv4.tcp_syncookies", "0");
    Security wanted =
        new Security(Identity.OF_IMAGE, Capabilities.USUAL, false, false, "", "", false, sysctls);
    ConfigRefused e = assertThrows(ConfigRefused.class, () -> spec(wanted));
    assertTrue(("" + e.getMessage()).startsWith("forbidden sysctl: net.ipv4"), e.getMessage());
    InstanceSpec own =
        TestSpecs.withNetwork(TestSpecs.command("/x"), new Network.None(), List.of())
            .withSecurity(wanted);
    assertEquals(sysctls, spec(own, "").object("linux").orElseThrow().stringMap("sysctl"));
  }

  /** Also for as many groups as there can be, nothing is slow or lost. */
  @Test
  void hasRoomForManyGroups() throws IOException {
    List<Integer> many = IntStream.range(1, 65_535).boxed().toList();
    JsonObject user =
        process(spec(as(new Identity(-1, -1, false, many, false)))).object("user").orElseThrow();
    assertEquals(65_535, user.scalars("additionalGids").size());
  }
}
