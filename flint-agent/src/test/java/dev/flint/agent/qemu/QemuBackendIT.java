package dev.flint.agent.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Exit;
import dev.flint.agent.backend.LaunchPlan;
import dev.flint.agent.backend.Run;
import dev.flint.agent.instance.GuestAddress;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.error.ErrorCode;
import dev.flint.testing.Command;
import dev.flint.testing.Failures;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs tiny guests on a real QEMU. */
@Timeout(120)
class QemuBackendIT {
  private static final long SIZE = 1 << 20;

  @TempDir Path root;
  private QemuBackend backend;
  private InstanceFolder folder;
  private @Nullable LaunchPlan plan;

  @BeforeEach
  void startAnew() throws IOException {
    Peers.require("qemu-system-x86_64");
    backend = backend();
    folder = Guests.folder(root, "guest-1");
    Files.createDirectories(folder.root());
  }

  @AfterEach
  void leaveNothing() throws IOException {
    if (plan != null) {
      backend.clean(plan(), folder);
      // Whoever asks again gets the same answer.
      backend.clean(plan(), folder);
      assertEquals(List.of(), GuestProcess.all(qemu().mark()));
      assertFalse(Files.exists(folder.run()), "a folder is left");
      assertEquals(List.of(), list(folder.sockets()));
    }
  }

  private QemuBackend backend() throws IOException {
    return new QemuBackend(
        QemuSettings.find(System.getenv(), Acceleration.TCG, root.resolve("cache")).orElseThrow());
  }

  private QemuSettings as(String user) throws IOException {
    QemuSettings found =
        QemuSettings.find(System.getenv(), Acceleration.TCG, root.resolve("cache")).orElseThrow();
    return new QemuSettings(
        found.program(),
        found.sessionProgram(),
        found.shareDaemon(),
        found.networkProgram(),
        found.acceleration(),
        user,
        found.cache());
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private QemuPlan qemu() throws IOException {
    return PlanDocument.read(plan());
  }

  private LaunchPlan plan() {
    return Objects.requireNonNull(plan);
  }

  private Run start(InstanceSpec spec, PreparedImage image) throws IOException {
    plan = backend.plan(spec, image, folder);
    return backend.start(plan(), folder);
  }

  private PreparedImage demo() throws IOException {
    return Guests.image(Guests.demo(root.resolve("disk.raw"), "--rootfs=rofs /hello x"), Map.of());
  }

  private PreparedImage halting() throws IOException {
    return Guests.image(Guests.halting(root.resolve("disk.raw"), SIZE), Map.of());
  }

  private static Exit end(Run run) throws Exception {
    return run.ended().get(60, TimeUnit.SECONDS);
  }

  private String console() throws IOException {
    return Files.readString(folder.rawOut(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aGuestIsToldWhatToRunAndItsStatusComesBack() throws Exception {
    PreparedImage image = demo();
    byte[] disk = Files.readAllBytes(root.resolve("disk.raw"));
    Guests.Wish wish = new Guests.Wish().args("exit=3").env(Map.of("NAME", "a value"));
    try (Run run = start(wish.of("guest-1"), image)) {
      assertEquals(new Exit(3, Exit.Reason.ERROR, "program exited with status 3"), end(run));
      assertEquals("accel=tcg", run.note());
    }
    assertTrue(console().contains("--rootfs=rofs"), console());
    assertTrue(console().contains("--env=NAME=a\\ value"), console());
    assertTrue(console().contains("/hello exit=3\r\n"), console());
    assertTrue(Arrays.equals(disk, Files.readAllBytes(root.resolve("disk.raw"))));
  }

  @Test
  void aGuestThatJustPowersOffHasCompleted() throws Exception {
    try (Run run = start(new Guests.Wish().of("guest-1"), demo())) {
      assertEquals(new Exit(0, Exit.Reason.COMPLETED, ""), end(run));
    }
  }

  @Test
  void aCopyOfAFolderIsTheSecondDrive() throws Exception {
    Path config = Files.createDirectories(root.resolve("config,x"));
    Files.writeString(config.resolve("key"), "value");
    Mount mount = new Mount(config, "/etc/app", true, Mount.Kind.COPY);
    try (Run run = start(new Guests.Wish().mounts(mount).of("guest-1"), demo())) {
      assertEquals(0, end(run).code());
    }
    assertTrue(console().contains("--mount-fs=rofs,/dev/vblk1,/etc/app"), console());
    assertTrue(console().contains("Drive 2:"), console());
  }

  @Test
  void aKilledGuestHasBeenKilled() throws Exception {
    try (Run run = start(new Guests.Wish().of("guest-1"), halting())) {
      run.kill();
      assertEquals(new Exit(137, Exit.Reason.ERROR, "killed"), end(run));
      run.kill();
    }
  }

  @Test
  void aGuestThatIgnoresThePowerButtonRunsOn() throws Exception {
    try (Run run = start(new Guests.Wish().of("guest-1"), halting())) {
      run.stop();
      run.stop();
      assertFalse(run.ended().isDone());
      assertTrue(run.usage().memoryBytes() > 10 << 20, run.usage().toString());
      assertTrue(run.usage().cpuNanos() > 0, run.usage().toString());
    }
  }

  @Test
  void aQemuKilledFromOutsideIsSeen() throws Exception {
    try (Run run = start(new Guests.Wish().of("guest-1"), halting())) {
      signal("-KILL");
      assertEquals(new Exit(137, Exit.Reason.ERROR, "QEMU was killed"), end(run));
    }
  }

  @Test
  void aQemuThatWasToldToEndIsSeen() throws Exception {
    try (Run run = start(new Guests.Wish().of("guest-1"), halting())) {
      signal("-TERM");
      assertEquals(143, end(run).code());
    }
  }

  private void signal(String signal) throws IOException {
    Command.run("kill", signal, Files.readString(qemu().pidFile()).strip()).ok();
  }

  @Test
  void anotherAgentFindsTheGuestAndItsEnd() throws Exception {
    start(new Guests.Wish().of("guest-1"), halting()).close();
    try (Run adopted = backend().adopt(plan(), folder).orElseThrow()) {
      assertFalse(adopted.ended().isDone());
      adopted.kill();
      assertEquals(137, end(adopted).code());
    }
  }

  @Test
  void anEndThatNobodySawIsTold() throws Exception {
    try (Run run = start(new Guests.Wish().args("exit=7").of("guest-1"), demo())) {
      assertEquals(7, end(run).code());
    }
    try (Run adopted = backend().adopt(plan(), folder).orElseThrow()) {
      assertEquals(7, end(adopted).code());
    }
    backend.clean(plan(), folder);
    assertTrue(backend().adopt(plan(), folder).isEmpty());
  }

  @Test
  void aKillThatNobodySawIsTold() throws Exception {
    Run run = start(new Guests.Wish().of("guest-1"), halting());
    run.close();
    signal("-KILL");
    end(backend().adopt(plan(), folder).orElseThrow());
    try (Run adopted = backend().adopt(plan(), folder).orElseThrow()) {
      assertEquals(137, end(adopted).code());
    }
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      InstanceSpec spec =
          new Guests.Wish()
              .network(
                  new Network.User(),
                  new PortForward("127.0.0.1", port, 80, PortForward.Protocol.TCP))
              .of("guest-1");
      String message =
          String.valueOf(
              Failures.expect(ErrorCode.LOCAL_IO, () -> start(spec, halting())).getMessage());
      assertTrue(message.contains(port + "/tcp of 127.0.0.1"), message);
    }
  }

  @Test
  void aQemuThatDoesNotStartSaysWhy() throws Exception {
    InstanceSpec spec =
        new Guests.Wish().network(new Network.Tap("flint-none0", GuestAddress.NONE)).of("guest-1");
    backend = new QemuBackend(as("no-such-account"));
    String message =
        String.valueOf(
            Failures.expect(ErrorCode.UNSUPPORTED, () -> start(spec, halting())).getMessage());
    assertTrue(message.startsWith("QEMU did not start: "), message);
    assertTrue(message.contains("no-such-account"), message);
  }

  @Test
  void aGuestRunsWhateverKvmIsLikeHere() throws Exception {
    QemuSettings settings =
        QemuSettings.find(System.getenv(), Acceleration.AUTO, root.resolve("cache")).orElseThrow();
    KvmProbe.Choice tcg = KvmProbe.Choice.tcg("");
    assertEquals("", new KvmProbe(settings).boot(tcg, Duration.ofMinutes(1)), "the probe's guest");
    backend = new QemuBackend(settings);
    try (Run run = start(new Guests.Wish().args("exit=5").of("guest-1"), demo())) {
      assertEquals(5, end(run).code());
      assertTrue(run.note().startsWith("accel="), run.note());
    }
  }

  @Test
  void aGuestOfRootRunsUnderAnotherAccount() throws Exception {
    Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "only root can");
    backend = new QemuBackend(as("nobody"));
    Path config = Files.createDirectories(root.resolve("secret"));
    Mount mount = new Mount(config, "/secret", true, Mount.Kind.COPY);
    try (Run run = start(new Guests.Wish().mounts(mount).of("guest-1"), demo())) {
      assertEquals(0, end(run).code());
    }
    backend.clean(plan(), folder);
    Files.delete(root.resolve("disk.raw"));
    try (Run run = start(new Guests.Wish().of("guest-1"), halting())) {
      String pid = Files.readString(qemu().pidFile()).strip();
      String status = Files.readString(Path.of("/proc", pid, "status"));
      assertFalse(status.contains("Uid:\t0"), status);
      run.kill();
      assertEquals(137, end(run).code());
    }
  }

  @Test
  void aLargeVirtualDiskTakesNoRoom() throws Exception {
    long size = 100L << 30;
    Path disk = Guests.halting(root.resolve("disk.raw"), size);
    try (Run run = start(new Guests.Wish().of("guest-1"), Guests.image(disk, Map.of()))) {
      assertFalse(run.ended().isDone());
      long overlay = Files.size(qemu().overlay().file());
      assertTrue(overlay < 1 << 20, "overlay of " + overlay);
    }
  }

  @Test
  void aDiskOnTopOfAnotherIsRefused() throws Exception {
    Path base = Guests.halting(root.resolve("base.raw"), SIZE);
    Path disk = root.resolve("disk.qcow2");
    Command.run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", base, disk).ok();
    PreparedImage image = Guests.image(disk, DiskFormat.QCOW2, SIZE, Map.of());
    Failures.expect(
        ErrorCode.POLICY, () -> backend.plan(new Guests.Wish().of("guest-1"), image, folder));
  }
}
