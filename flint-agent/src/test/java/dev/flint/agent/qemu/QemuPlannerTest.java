package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.ConfigRefused;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.PublishedPorts;
import dev.flint.agent.instance.Capabilities;
import dev.flint.agent.instance.Extras;
import dev.flint.agent.instance.GuestAddress;
import dev.flint.agent.instance.Identity;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.instance.Security;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.testing.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QemuPlannerTest {
  private static final GuestAddress ADDRESS = new GuestAddress("198.18.0.2", 24, "198.18.0.1", "");

  @TempDir Path root;
  private PreparedImage osv;

  @BeforeEach
  void makeDisk() throws IOException {
    osv = Guests.image(Guests.demo(root.resolve("osv.raw"), "/hello"), Map.of());
  }

  private QemuSettings settings(String user) {
    return new QemuSettings(
        Path.of("/bin/qemu"),
        Path.of("/bin/setsid"),
        null,
        Path.of("/bin/ip"),
        Acceleration.AUTO,
        user,
        root);
  }

  private QemuPlan plan(InstanceSpec spec, PreparedImage image) throws IOException {
    return new QemuPlanner(settings("")).plan(spec, image, Guests.folder(root, "a"));
  }

  private QemuPlan plan(Guests.Wish wish) throws IOException {
    return plan(wish.of("a"), osv);
  }

  private static String after(QemuPlan plan, String option) {
    return plan.argv().get(plan.argv().indexOf(option) + 1);
  }

  /** U15: rng. */
  @Test
  void nothingIsThereThatWasNotAskedFor() throws IOException {
    QemuPlan plan = plan(new Guests.Wish());
    assertEquals(List.of("/bin/setsid", "/bin/qemu"), plan.argv().subList(0, 2));
    assertTrue(
        plan.argv().containsAll(List.of("-nodefaults", "-no-user-config", "-no-reboot")),
        plan.argv().toString());
    assertEquals("pc", after(plan, "-machine"));
    assertEquals("none", after(plan, "-nic"));
    assertEquals("virtio-rng-pci", after(plan, "-device"));
    assertEquals(
        "on,obsolete=deny,resourcecontrol=deny,elevateprivileges=deny,spawn=deny",
        after(plan, "-sandbox"));
    assertFalse(plan.argv().contains("-accel"), "the start decides about the accelerator");
  }

  @Test
  void aPlanIsTheSameAfterItWasKept() throws IOException {
    Path config = Files.createDirectories(root.resolve("config"));
    QemuPlan plan =
        plan(
            new Guests.Wish()
                .mounts(new Mount(config, "/etc/x", false, Mount.Kind.COPY))
                .network(
                    new Network.Usual(),
                    new PortForward("127.0.0.1", 0, 53, PortForward.Protocol.UDP)));
    assertEquals(plan, PlanDocument.read(PlanDocument.write(plan)));
    assertTrue(plan.ports().get(0).hostPort() > 0, plan.ports().toString());
    assertTrue(plan.notes().toString().contains("read-only"), plan.notes().toString());
  }

  @Test
  void aPortThatTheKernelLeadsToAContainerIsNotAGuests() throws IOException {
    PublishedPorts published = new PublishedPorts();
    QemuBackend backend = new QemuBackend(settings(""), published);
    PortForward open = new PortForward("127.0.0.1", 0, 80, PortForward.Protocol.TCP);
    InstanceSpec spec =
        backend.settled(new Guests.Wish().network(new Network.User(), open).of("a"));
    InstanceFolder folder = Guests.folder(root, "a");
    LaunchPlan plan = backend.plan(spec, osv, folder);
    published.claim("web", spec.ports());
    FlintException e =
        Failures.expect(ErrorCode.LOCAL_IO, () -> backend.start(plan, folder).close());
    assertTrue(e.toString().endsWith("/tcp of 127.0.0.1 leads to web"), e::toString);
    assertFalse(Files.exists(folder.run()));
  }

  /** U13: cpu/memory. */
  @ParameterizedTest
  @CsvSource({
    "0,         0,    '',   '',  128M, 1",
    "0,         0,    256,  2,   256M, 2",
    "0,         0,    -1,   x,   128M, 1",
    "67108864,  1001, 256,  1,   64M,  2",
    "100000000, 500,  '',   '',  95M,  1",
  })
  void theSizeIsWhatWasAskedForElseWhatTheImageSays(
      long bytes, int millis, String memory, String cpus, String m, String smp) throws IOException {
    Map<String, String> labels = Map.of("feather.memory", memory, "feather.cpus", cpus);
    PreparedImage image = Guests.image(root.resolve("osv.raw"), labels);
    QemuPlan plan = plan(new Guests.Wish().resources(new Resources(millis, bytes)).of("a"), image);
    assertEquals(m, after(plan, "-m"));
    assertEquals(smp, after(plan, "-smp"));
    assertEquals(bytes == 0, plan.notes().toString().contains("memory: "));
  }

  /** Its memory must have a size, and its processors a number. */
  @ParameterizedTest
  @CsvSource({"0, 64M, 3", "1000, 128M, 1"})
  void aGuestHasWhatWasRequestedWithoutALimit(int millis, String m, String smp) throws IOException {
    Resources asked = new Resources(millis, millis == 0 ? 0 : 128 << 20, 2500, 64 << 20);
    PreparedImage image = Guests.image(root.resolve("osv.raw"), Map.of("feather.memory", "256"));
    QemuPlan plan = plan(new Guests.Wish().resources(asked).of("a"), image);
    assertEquals(m, after(plan, "-m"));
    assertEquals(smp, after(plan, "-smp"));
  }

  /** U17: network. */
  @Test
  void userNetworkingForwardsPortsAndNeedsNoLease() throws IOException {
    QemuPlan plan =
        plan(
            new Guests.Wish()
                .network(
                    new Network.User(),
                    new PortForward("127.0.0.2", 8080, 80, PortForward.Protocol.TCP),
                    new PortForward("0.0.0.0", 5353, 53, PortForward.Protocol.UDP)));
    assertEquals(
        "user,id=net0,ipv6=off,hostfwd=tcp:127.0.0.2:8080-:80,hostfwd=udp:0.0.0.0:5353-:53",
        after(plan, "-netdev"));
    String line = plan.overlay().commandLine();
    assertTrue(line.contains("--ip=eth0,10.0.2.15,255.255.255.0"), line);
    assertTrue(line.contains("--defaultgw=10.0.2.2"), line);
  }

  @Test
  void theHardwareAddressIsTheInstancesOwn() throws IOException {
    Guests.Wish wish = new Guests.Wish().network(new Network.Tap("tap0", ADDRESS));
    String one = plan(wish).argv().toString();
    String other = plan(wish.of("b"), osv).argv().toString();
    String mac = one.replaceFirst(".*,mac=([0-9a-f:]{17}).*", "$1");
    assertTrue(one.contains("tap,id=net0,ifname=tap0,script=no,downscript=no"), one);
    assertTrue(mac.matches("5a(:[0-9a-f]{2}){5}"), mac);
    assertFalse(other.contains(mac), other);
  }

  @Test
  void aGuestOnABridgeHasADeviceOfItsOwnAndStartsNothing() throws IOException {
    QemuPlan plan = plan(new Guests.Wish().network(new Network.Bridge("br0", ADDRESS)));
    QemuPlan.Port port = Objects.requireNonNull(plan.bridgePort());
    assertTrue(port.device().matches("flt[0-9a-f]{10}"), port.device());
    assertTrue(after(plan, "-netdev").contains("ifname=" + port.device() + ","));
    assertTrue(port.making().get(1).containsAll(List.of("master", "br0")), port.toString());
    assertTrue(after(plan, "-sandbox").endsWith("elevateprivileges=deny,spawn=deny"));
    assertEquals(plan, PlanDocument.read(PlanDocument.write(plan)));
  }

  /** U17: network. */
  @Test
  void osvOnATapIsToldItsAddressAndNeverWaitsForOneUnasked() throws IOException {
    QemuPlan plan = plan(new Guests.Wish().network(new Network.Tap("tap0", ADDRESS)));
    String line = plan.overlay().commandLine();
    assertTrue(line.contains("--ip=eth0,198.18.0.2,255.255.255.0 --defaultgw=198.18.0.1"), line);
    assertEquals("198.18.0.2", plan.address());
    Network untold = new Network.Tap("tap0", GuestAddress.NONE);
    Failures.expect(ErrorCode.UNSUPPORTED, () -> plan(new Guests.Wish().network(untold)));
    Network dhcp = new Network.Tap("tap0", GuestAddress.parse("ip=dhcp"));
    String asked = plan(new Guests.Wish().network(dhcp)).overlay().commandLine();
    assertFalse(asked.contains("--ip"), asked);
  }

  @Test
  void aGuestOtherThanOsvCannotBeToldItsAddress() throws IOException {
    Path disk = Guests.halting(root.resolve("other.raw"), 1 << 20);
    PreparedImage other = Guests.image(disk, Map.of());
    Guests.Wish told = new Guests.Wish().network(new Network.Tap("tap0", ADDRESS));
    Failures.expect(ErrorCode.UNSUPPORTED, () -> plan(told.of("a"), other));
    Guests.Wish untold = new Guests.Wish().network(new Network.Tap("tap0", GuestAddress.NONE));
    assertEquals("", plan(untold.of("a"), other).address());
  }

  @Test
  void anAccountIsChangedToWhereThereIsOne() throws IOException {
    QemuPlan plan =
        new QemuPlanner(settings("flint"))
            .plan(new Guests.Wish().of("a"), osv, Guests.folder(root, "a"));
    assertEquals("flint", after(plan, "-runas"));
    assertTrue(after(plan, "-sandbox").contains("elevateprivileges=allow"), "else it could not");
  }

  @Test
  void networksThatGuestsCannotHaveAreRefused() {
    for (Network network : List.of(new Network.Host(), new Network.Cni("x"))) {
      Failures.expect(ErrorCode.UNSUPPORTED, () -> plan(new Guests.Wish().network(network)));
    }
    PortForward port = new PortForward("127.0.0.1", 8080, 80, PortForward.Protocol.TCP);
    Failures.expect(
        ErrorCode.UNSUPPORTED, () -> plan(new Guests.Wish().network(new Network.None(), port)));
    for (String device : List.of("", "a,b", "../x", "sixteen-letters-")) {
      Failures.expect(
          ErrorCode.USAGE, () -> plan(new Guests.Wish().network(new Network.Tap(device, ADDRESS))));
    }
  }

  /** U21: emptyDir. */
  @Test
  void mountsThatGuestsCannotHaveAreRefused() throws IOException {
    Path file = Files.createFile(root.resolve("file"));
    for (Mount mount :
        List.of(
            new Mount(root, "/x", false, Mount.Kind.SCRATCH),
            new Mount(root, "/x", true, Mount.Kind.LIVE),
            new Mount(root, "/x,y", true, Mount.Kind.COPY),
            new Mount(file, "/x", true, Mount.Kind.COPY))) {
      Failures.expect(ErrorCode.UNSUPPORTED, () -> plan(new Guests.Wish().mounts(mount)));
    }
  }

  @Test
  void aGuestDoesWithoutTheWayToTheApiServer() throws IOException {
    Path file = Files.createFile(root.resolve("token"));
    String target = "/var/run/secrets/kubernetes.io/serviceaccount";
    QemuPlan plan =
        plan(new Guests.Wish().mounts(new Mount(file, target, true, Mount.Kind.ACCESS)));
    assertEquals(List.of(), plan.copies());
    assertTrue(
        plan.notes().stream().anyMatch(note -> note.startsWith("mount " + target + ": left out")),
        () -> plan.notes().toString());
  }

  @Test
  void namesOfHostsCannotBeAddedToItsDisk() {
    InstanceSpec spec =
        new Guests.Wish().of("a").withExtras(new Extras(List.of("10.0.0.1\tx"), "/e", true, ""));
    ConfigRefused e = assertThrows(ConfigRefused.class, () -> plan(spec, osv));
    assertTrue(String.valueOf(e.getMessage()).startsWith("spec.hostAliases: "), e.getMessage());
  }

  /** It has a kernel of its own, so nothing is asked of the host's. */
  @Test
  void whatIsAboutTheHostsKernelIsPassedOverAndToldOf() throws IOException {
    assertFalse(plan(new Guests.Wish()).notes().toString().contains("securityContext"));
    Security restricted =
        new Security(
            new Identity(1000, -1, true, List.of(2000), false),
            new Capabilities(List.of(), List.of("ALL")),
            true,
            true,
            Security.RUNTIME_DEFAULT,
            Security.RUNTIME_DEFAULT,
            true,
            Map.of("net.ipv4.tcp_syncookies", "0"));
    QemuPlan usual = plan(new Guests.Wish());
    QemuPlan plan = plan(new Guests.Wish().of("a").withSecurity(restricted), osv);
    assertEquals(usual.argv(), plan.argv());
    assertEquals(
        4, plan.notes().stream().filter(note -> note.startsWith("securityContext: ")).count());
  }

  @Test
  void aGuestOtherThanOsvIsBootedAsItIs() throws IOException {
    Path disk = Guests.halting(root.resolve("other.raw"), 1 << 20);
    PreparedImage other = Guests.image(disk, Map.of());
    QemuPlan plan = plan(new Guests.Wish().of("a"), other);
    assertFalse(plan.overlay().osv(), "it has no command line");
    Failures.expect(ErrorCode.UNSUPPORTED, () -> plan(new Guests.Wish().args("x").of("a"), other));
    Failures.expect(
        ErrorCode.UNSUPPORTED,
        () ->
            plan(
                new Guests.Wish().mounts(new Mount(root, "/x", true, Mount.Kind.COPY)).of("a"),
                other));
  }

  @Test
  void aDiskThatNoBiosBootsIsRefused() throws IOException {
    Path disk = Files.write(root.resolve("data.raw"), new byte[4096]);
    PreparedImage image = Guests.image(disk, Map.of());
    Failures.expect(ErrorCode.UNSUPPORTED, () -> plan(new Guests.Wish().of("a"), image));
  }

  @Test
  void socketsHaveShortPathsWhateverTheName() throws IOException {
    String longName = "a".repeat(76);
    Path deep = Files.createDirectories(root.resolve("d".repeat(20)));
    Path socket = new SocketNames(Guests.folder(deep, longName)).of("qmp");
    assertTrue(socket.toString().length() <= 107, socket.toString());
    assertEquals(
        root.resolve("sockets/b.qmp"), new SocketNames(Guests.folder(root, "b")).of("qmp"));
  }

  /** Whatever is on it. */
  @Test
  void nothingIsWrittenToADiskThatIsForNoBackendButABios() throws IOException {
    PreparedImage any =
        new PreparedImage(
            osv.manifest(),
            ImageConfig.of(osv.config().document().with("feather.backend", "raw-vm")),
            osv.content());
    QemuPlan plan = plan(new Guests.Wish().of("a"), any);
    assertFalse(plan.overlay().osv());
    assertEquals("", plan.overlay().commandLine());
    assertTrue(plan(new Guests.Wish()).overlay().osv());
    Failures.expect(ErrorCode.UNSUPPORTED, () -> plan(new Guests.Wish().args("x").of("a"), any));
  }
}
