package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Finding;
import dev.flint.agent.backend.Finding.Level;
import dev.flint.agent.instance.GuestAddress;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.Resources;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {
  private static final HostFacts HOST = new HostFacts("amd64", 256L << 20, 2, 1L << 30);

  @TempDir Path folder;

  private Level level(HostFacts host, String architecture, Guests.Wish wish, String subject)
      throws IOException {
    QemuSettings settings =
        new QemuSettings(Path.of("/bin/qemu"), null, null, null, Acceleration.TCG, "", folder);
    JsonObject config = JsonObject.empty().with("os", "linux").with("architecture", architecture);
    InstanceSpec spec = wish.of("a");
    Digest digest = Digest.sha256(new byte[0]);
    List<Finding> findings =
        new Preflight(settings, new KvmProbe(settings), host)
            .check(spec, ImageConfig.parse(config.bytes(), digest));
    return findings.stream()
        .filter(finding -> finding.subject().equals(subject))
        .findFirst()
        .orElseThrow()
        .level();
  }

  @ParameterizedTest
  @CsvSource({
    "amd64, 64,      1000, architecture, OK",
    "arm64, 64,      1000, architecture, REFUSED",
    "amd64, 160,     1000, memory,       OK",
    "amd64, 161,     1000, memory,       REFUSED",
    "amd64, 9999999, 1000, memory,       REFUSED",
    "amd64, 64,      2000, cpus,         OK",
    "amd64, 64,      2001, cpus,         WARNING",
    "amd64, 64,      1000, space,        OK",
    "amd64, 64,      1000, acceleration, WARNING",
  })
  void whatIsWantedIsComparedWithWhatThereIs(
      String architecture, long mib, int millis, String subject, Level expected)
      throws IOException {
    Guests.Wish wish = new Guests.Wish().resources(new Resources(millis, mib << 20));
    assertEquals(expected, level(HOST, architecture, wish, subject));
  }

  @Test
  void aFullDiskIsSeen() throws IOException {
    HostFacts full = new HostFacts("amd64", 256L << 20, 2, 1 << 20);
    assertEquals(Level.REFUSED, level(full, "amd64", new Guests.Wish(), "space"));
  }

  @Test
  void aTakenPortAndAMountThatNobodyServesAreSeen() throws IOException {
    Mount live = new Mount(folder, "/x", true, Mount.Kind.LIVE);
    assertEquals(Level.REFUSED, level(HOST, "amd64", new Guests.Wish().mounts(live), "mounts"));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      PortForward port =
          new PortForward("127.0.0.1", taken.getLocalPort(), 80, PortForward.Protocol.TCP);
      Guests.Wish wish = new Guests.Wish().network(new Network.User(), port);
      assertEquals(Level.REFUSED, level(HOST, "amd64", wish, "ports"));
    }
  }

  @Test
  void aNetworkThatGuestsCannotHaveAndADeviceThatIsNotThereAreSeen() throws IOException {
    Guests.Wish host = new Guests.Wish().network(new Network.Host());
    assertEquals(Level.REFUSED, level(HOST, "amd64", host, "network"));
    Guests.Wish tap = new Guests.Wish().network(new Network.Tap("flint-no-tap", GuestAddress.NONE));
    assertEquals(Level.REFUSED, level(HOST, "amd64", tap, "network"));
    Guests.Wish user = new Guests.Wish().network(new Network.User());
    assertEquals(Level.OK, level(HOST, "amd64", user, "network"));
  }

  @Test
  void aFolderThatIsYetToBeMadeIsOnTheFileSystemOfItsParents() throws IOException {
    assertTrue(HostFacts.read(folder.resolve("a/b")).freeBytes() > 0);
  }

  @Test
  void whatIsRefusedKeepsAStartFromBeingTried() {
    List<Finding> findings =
        List.of(Finding.ok("cpus", "2"), Finding.refused("memory", "too little", "less of -m"));
    FlintException e = assertThrows(FlintException.class, () -> Finding.requireNoRefusal(findings));
    assertEquals("this host cannot run it: memory: too little", e.getMessage());
    assertEquals("less of -m", e.remedy());
  }

  @Test
  void thisHostIsKnown() throws IOException {
    HostFacts host = HostFacts.read(folder);
    assertTrue(host.availableMemory() > 1 << 20 && host.cpus() > 0, host.toString());
  }
}
