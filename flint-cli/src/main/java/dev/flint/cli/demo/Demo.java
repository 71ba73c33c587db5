package dev.flint.cli.demo;

import dev.flint.agent.qemu.GuestRun;
import dev.flint.agent.qemu.Qemu;
import dev.flint.cli.console.Console;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.error.Printable;
import dev.flint.registry.server.RegistryServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The main job from end to end, on real parts, in one folder: a developer's machine imports and
 * pushes, a device pulls, unpacks and boots. Each step is the command a user would type.
 */
public final class Demo {
  /** What runs in the background. */
  public static final String INSTANCE = "demo";

  private static final String NAME = "flint-demo";
  private static final int LOOK_MILLIS = 100;
  private static final int GUEST_MEMORY_MIB = 64;
  private static final Duration BOOT_LIMIT = Duration.ofSeconds(60);

  private final Console console;
  private final Map<String, String> env;
  private final FlintRunner flint;
  private final Path folder;
  private String reference = "";

  /**
   * A demo that keeps everything below one folder.
   *
   * @param env the environment the commands shall see, but for where Flint keeps its files
   */
  public Demo(Console console, Map<String, String> env, FlintRunner flint, Path folder) {
    this.console = console;
    this.env = env;
    this.flint = flint;
    this.folder = folder;
  }

  /** Does everything up to the comparison of the disks. */
  public void transport() throws IOException {
    step("A developer has a Capstan repository with a bootable disk");
    Path original = makeRepository();
    console.result("    " + original);
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (RegistryServer registry = RegistryServer.start(loopback, folder.resolve("registry"))) {
      reference = "localhost:" + registry.address().getPort() + "/demo/" + NAME + ":1.0";
      step("Make an OCI image of it");
      type("developer", "import", NAME, reference);
      step("Push it to a registry (an embedded one: flint registry serve)");
      type("developer", "push", reference);
      step("On a device: pull it");
      type("device", "pull", reference);
      step("See what it is");
      type("device", "inspect", reference);
      step("Unpack the disk into the device's Capstan repository");
      type("device", "unpack", reference, "--to-capstan", NAME);
    }
    step("Compare the two disks");
    if (Files.mismatch(original, disk("device")) != -1) {
      throw new IntegrityException("the unpacked disk differs from the original");
    }
    console.result("    identical, " + Files.size(original) + " bytes");
  }

  /** Boots both disks, where QEMU is installed. */
  public void boot() throws IOException {
    Optional<Qemu> qemu = Qemu.find(env);
    if (qemu.isEmpty()) {
      step("Not booted: qemu-system-x86_64 is not installed (apt-get install qemu-system-x86)");
      return;
    }
    for (String machine : List.of("developer", "device")) {
      step("Boot the " + machine + "'s disk under QEMU; its serial line:");
      GuestRun run = new GuestRun(disk(machine), DiskFormat.QCOW2, GUEST_MEMORY_MIB, BOOT_LIMIT);
      for (String line : qemu.get().boot(run).lines()) {
        console.result("    " + Printable.of(line));
      }
    }
  }

  /** Runs the image in the background and stops it, where QEMU is installed. */
  public void background() throws IOException {
    if (Qemu.find(env).isEmpty()) {
      return;
    }
    step("Run the image on the device in the background; this guest waits for its power button");
    type("device", "run", "-d", "--name", INSTANCE, "-m", "64m", reference, "--sleep");
    awaitLine("Waiting for the power button");
    type("device", "ps");
    type("device", "logs", INSTANCE);
    step("Stop it as one stops a machine, and forget it");
    type("device", "stop", INSTANCE);
    type("device", "ps", "--all");
    type("device", "rm", INSTANCE);
  }

  /** Looks at the log until the guest has booted. */
  private void awaitLine(String text) throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    long end = System.nanoTime() + BOOT_LIMIT.toNanos();
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      Console aside = new Console(out, out, false, console.columns());
      while (!said.toString(StandardCharsets.UTF_8).contains(text)) {
        if (System.nanoTime() > end || never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new FlintException(ErrorCode.INTERNAL, "the demo's guest did not come up");
        }
        flint.run(aside, of("device"), "logs", INSTANCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted while the guest booted", e);
    }
  }

  private Path makeRepository() throws IOException {
    Path disk = disk("developer");
    Path image = disk.resolveSibling(".");
    Files.createDirectories(image);
    DemoGuest.writeQcow2(disk, "--env=GREETING=hello /hello.so");
    Files.write(
        image.resolve("index.yaml"),
        "format_version: \"1\"\nversion: \"1.0\"\ncreated: 2026-01-01 00:00\ndescription: Flint's demo guest\nbuild: \"\"\n"
            .getBytes(StandardCharsets.UTF_8));
    return disk;
  }

  private Path disk(String machine) {
    return folder.resolve(machine + "/capstan/repository/" + NAME + "/" + NAME + ".qemu");
  }

  private void type(String machine, String... args) throws FlintException {
    console.result("    $ flint " + String.join(" ", args));
    int exit = flint.run(indented(), of(machine), args);
    if (exit == ErrorCode.INTERRUPTED.exitCode()) {
      throw new FlintException(ErrorCode.INTERRUPTED, "interrupted at flint " + args[0]);
    }
    if (exit != 0) {
      throw new FlintException(
          ErrorCode.INTERNAL, "the demo's step flint " + args[0] + " ended with " + exit);
    }
  }

  /** The environment of a machine. */
  private Map<String, String> of(String machine) {
    Map<String, String> own = new HashMap<>(env);
    own.put("FLINT_HOME", folder.resolve(machine + "/flint").toString());
    own.put("CAPSTAN_ROOT", folder.resolve(machine + "/capstan").toString());
    own.put("DOCKER_CONFIG", folder.resolve(machine + "/docker").toString());
    return own;
  }

  private void step(String text) {
    console.result("==> " + text);
  }

  /** The console of the commands: all that they say belongs to the demo's result. */
  private Console indented() {
    return new Console(
        new IndentedStream(console.out()),
        new IndentedStream(console.out()),
        false,
        console.columns());
  }
}
