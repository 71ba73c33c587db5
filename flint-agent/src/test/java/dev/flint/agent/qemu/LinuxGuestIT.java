package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PortForward.Protocol;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.instance.Resources;
import dev.flint.agent.pod.ProbeSpec;
import dev.flint.agent.probe.ExecProbe;
import dev.flint.agent.probe.Prober;
import dev.flint.testing.LinuxGuest;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
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

/** What needs a guest with a network: Debian's Linux. */
@Timeout(240)
class LinuxGuestIT {
  private static final String ADDRESS = "127.0.0.9";

  @TempDir static Path disks;
  @TempDir Path root;
  private @Nullable QemuBackend backend;
  private @Nullable LaunchPlan plan;

  @BeforeAll
  static void makeDisk() throws IOException {
    Peers.require("qemu-system-x86_64");
    LinuxGuest.writeDisk(disks.resolve("linux.raw"));
  }

  @AfterEach
  void clean() throws IOException {
    if (backend != null && plan != null) {
      backend.clean(plan, folder());
    }
  }

  private InstanceFolder folder() {
    return Guests.folder(root, "linux");
  }

  private Run start(Guests.Wish wish) throws IOException {
    Files.createDirectories(folder().root());
    PreparedImage image = Guests.image(disks.resolve("linux.raw"), Map.of());
    QemuBackend made =
        new QemuBackend(
            QemuSettings.find(System.getenv(), Acceleration.TCG, root.resolve("cache"))
                .orElseThrow());
    backend = made;
    LaunchPlan decided =
        made.plan(wish.resources(new Resources(0, 192 << 20)).of("linux"), image, folder());
    plan = decided;
    return made.start(decided, folder());
  }

  private PortForward port(int index) throws IOException {
    return PlanDocument.read(Objects.requireNonNull(plan)).ports().get(index);
  }

  private String console() throws IOException {
    return Files.readString(folder().rawOut(), StandardCharsets.ISO_8859_1);
  }

  /** Waits for a line of the console. */
  private void await(Run run, String line) throws Exception {
    while (!console().contains(line)) {
      assertFalse(run.ended().isDone(), () -> "it ended before it said " + line);
      assertFalse(new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS));
    }
  }

  private static String get(int port, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://" + ADDRESS + ":" + port + path).toURL().openConnection();
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String echo(int port, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(2000);
      // A datagram may be lost.
      for (int attempt = 0; ; attempt++) {
        socket.send(
            new DatagramPacket(
                bytes, bytes.length, InetAddress.getByAddress(new byte[] {127, 0, 0, 9}), port));
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        try {
          socket.receive(answer);
          return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
          if (attempt == 20) {
            throw e;
          }
        }
      }
    }
  }

  /** U16: ports. */
  @Test
  void portsLeadIntoTheGuestAndAStatusOut() throws Exception {
    Network user = new Network.User();
    PortForward web = new PortForward(ADDRESS, 0, 8080, Protocol.TCP);
    PortForward echo = new PortForward(ADDRESS, 0, 7, Protocol.UDP);
    PortForward nobody = new PortForward(ADDRESS, 0, 9, Protocol.TCP);
    Guests.Wish wish = new Guests.Wish().network(user, web, echo, nobody);
    try (Run run = start(wish)) {
      await(run, LinuxGuest.READY);
      probe(wish.of("linux").withPorts(PlanDocument.read(Objects.requireNonNull(plan)).ports()));
      int port = port(0).hostPort();
      assertEquals("hello from the guest\n", get(port, "/"));
      assertEquals("datagram", echo(port(1).hostPort(), "datagram"));
      // The port is the chosen address's alone.
      assertThrows(
          IOException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
      assertEquals("exit 3\n", get(port, "/cgi-bin/exit?3"));
      assertEquals(3, run.ended().get(60, TimeUnit.SECONDS).code());
    }
  }

  /** A forwarded port takes connections whatever the guest does, so only answers count. */
  private static void probe(InstanceSpec spec) {
    Prober prober = new Prober((any, command, millis) -> new ExecProbe.End(1, ""));
    String request = "GET / HTTP/1.0\r\n\r\n";
    assertEquals("", prober.probe(spec, probe(new ProbeSpec.Http("", 8080, "/", Map.of()))));
    assertTrue(
        prober
            .probe(spec, probe(new ProbeSpec.Http("", 8080, "/missing", Map.of())))
            .contains("404"));
    assertEquals("", prober.probe(spec, probe(new ProbeSpec.Tcp("", 8080, request))));
    assertEquals("", prober.probe(spec, probe(new ProbeSpec.Tcp("", 8080, ""))));
    assertNotEquals("", prober.probe(spec, probe(new ProbeSpec.Tcp("", 9, ""))));
    assertNotEquals("", prober.probe(spec, probe(new ProbeSpec.Tcp("", 9, request))));
  }

  private static ProbeSpec probe(ProbeSpec.Handler handler) {
    return new ProbeSpec(handler, 0, 10, 1, 1, 1, -1);
  }

  /** U23: virtiofsd. */
  @Test
  void thePowerButtonEndsItAndAFolderIsShared() throws Exception {
    Path shared = Files.createDirectories(root.resolve("shared"));
    Files.writeString(shared.resolve("greeting"), "hello from the host");
    Mount mount = new Mount(shared, "/share", false, Mount.Kind.LIVE);
    try (Run run = start(new Guests.Wish().mounts(mount))) {
      await(run, LinuxGuest.READY);
      assertTrue(console().contains("share: hello from the host"), console());
      assertEquals("from the guest\n", Files.readString(shared.resolve("answer")));
      QemuPlan.Share share = PlanDocument.read(Objects.requireNonNull(plan)).shares().get(0);
      assertTrue(ShareProcess.of(share).size() > 1, "the process that serves it is in a namespace");
      run.stop();
      assertEquals(new Exit(0, Exit.Reason.COMPLETED, ""), run.ended().get(60, TimeUnit.SECONDS));
      assertTrue(console().contains("power button"), console());
    }
  }
}
