package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.GuestAddress;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.testing.Root;
import dev.flint.testing.Command;
import dev.flint.testing.LinuxGuest;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A guest on devices of the host, in a network that is for tests (RFC 2544). */
@Timeout(240)
class TapGuestIT {
  private static final String HOST = "198.18.77.1/24";
  private static final String GUEST = "198.18.77.2";
  private static final Path DEVICES = Path.of("/sys/class/net");

  @TempDir static Path disks;
  @TempDir Path root;
  private @Nullable QemuBackend backend;
  private @Nullable LaunchPlan plan;
  private String device = "";

  @BeforeAll
  static void makeDisk() throws IOException {
    Root.require();
    Peers.require("qemu-system-x86_64");
    Peers.require("ip");
    LinuxGuest.writeDisk(disks.resolve("linux.raw"), GUEST + "/24");
  }

  @AfterEach
  void clean() throws IOException {
    if (backend != null && plan != null) {
      backend.clean(plan, folder());
    }
    if (!device.isEmpty()) {
      Command.run("ip", "link", "delete", "dev", device).ok();
    }
  }

  private InstanceFolder folder() {
    return Guests.folder(root, "linux");
  }

  private static void ip(Object... words) {
    Object[] argv = new Object[words.length + 1];
    argv[0] = "ip";
    System.arraycopy(words, 0, argv, 1, words.length);
    Command.run(argv).ok();
  }

  private void up(String name) {
    device = name;
    ip("address", "add", HOST, "dev", name);
    ip("link", "set", "dev", name, "up");
  }

  private QemuBackend backend() throws IOException {
    QemuSettings found =
        QemuSettings.find(System.getenv(), Acceleration.TCG, root.resolve("cache")).orElseThrow();
    // What was opened as root is used as somebody else.
    return new QemuBackend(
        new QemuSettings(
            found.program(),
            found.sessionProgram(),
            found.shareDaemon(),
            found.networkProgram(),
            found.acceleration(),
            "nobody",
            found.cache()));
  }

  private Run start(Network network) throws IOException {
    Files.createDirectories(folder().root());
    PreparedImage image = Guests.image(disks.resolve("linux.raw"), Map.of());
    QemuBackend made = backend();
    backend = made;
    Guests.Wish wish = new Guests.Wish().network(network).resources(new Resources(0, 192 << 20));
    LaunchPlan decided = made.plan(wish.of("linux"), image, folder());
    plan = decided;
    return made.start(decided, folder());
  }

  private void awaitReady(Run run) throws Exception {
    while (!console().contains(LinuxGuest.READY)) {
      assertFalse(run.ended().isDone(), () -> "it ended before it was ready");
      assertFalse(new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS));
    }
  }

  private String console() throws IOException {
    return Files.readString(folder().rawOut(), StandardCharsets.ISO_8859_1);
  }

  /** Linux asks for 3 s who has an address, in which a guest may not come to say so. */
  private static String get(String path) throws IOException {
    while (true) {
      try {
        return getOnce(path);
      } catch (NoRouteToHostException e) {
        // The whole test has a limit.
      }
    }
  }

  private static String getOnce(String path) throws IOException {
    URLConnection connection =
        URI.create("http://" + GUEST + ":8080" + path).toURL().openConnection();
    connection.setConnectTimeout(10_000);
    connection.setReadTimeout(30_000);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aGuestIsReachedThroughATapThatIsThere() throws Exception {
    ip("tuntap", "add", "dev", "flttest0", "mode", "tap");
    up("flttest0");
    try (Run run = start(new Network.Tap("flttest0", GuestAddress.NONE))) {
      awaitReady(run);
      assertEquals("hello from the guest\n", get("/"));
      assertEquals("exit 3\n", get("/cgi-bin/exit?3"));
      assertEquals(3, run.ended().get(60, TimeUnit.SECONDS).code());
    }
    Objects.requireNonNull(backend).clean(Objects.requireNonNull(plan), folder());
    assertTrue(Files.exists(DEVICES.resolve("flttest0")), "it is not ours");
  }

  @Test
  void aGuestOnABridgeHasADeviceThatGoesWithTheRun() throws Exception {
    ip("link", "add", "name", "flttest1", "type", "bridge");
    up("flttest1");
    try (Run run = start(new Network.Bridge("flttest1", GuestAddress.NONE))) {
      LaunchPlan kept = Objects.requireNonNull(plan);
      QemuPlan.Port port = Objects.requireNonNull(PlanDocument.read(kept).bridgePort());
      assertEquals(
          DEVICES.resolve("flttest1").toRealPath(),
          DEVICES.resolve(port.device()).resolve("master").toRealPath());
      awaitReady(run);
      assertEquals("hello from the guest\n", get("/"));
      // The agent dies, and the next one finds only the plan.
      run.close();
      try (Run adopted = backend().adopt(kept, folder()).orElseThrow()) {
        assertFalse(adopted.ended().isDone());
      }
      backend().clean(kept, folder());
      assertFalse(Files.exists(DEVICES.resolve(port.device())));
      backend().clean(kept, folder());
    }
  }

  @Test
  void withoutItsBridgeNothingIsLeft() throws Exception {
    assertThrows(IOException.class, () -> start(new Network.Bridge("flttest2", GuestAddress.NONE)));
    LaunchPlan kept = Objects.requireNonNull(plan);
    QemuPlan.Port port = Objects.requireNonNull(PlanDocument.read(kept).bridgePort());
    assertFalse(Files.exists(DEVICES.resolve(port.device())));
  }
}
