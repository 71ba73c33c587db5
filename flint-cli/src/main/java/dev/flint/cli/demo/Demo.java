package dev.flint.cli.demo;

import dev.flint.agent.qemu.GuestRun;
import dev.flint.agent.qemu.Qemu;
import dev.flint.cli.console.Console;
import dev.flint.cli.console.Printable;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.registry.server.RegistryServer;
import java.io.IOException;
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

/**
 * The main job from end to end, on real parts, in one folder: a developer's machine imports and
 * pushes, a device pulls, unpacks and boots. Each step is the command a user would type.
 */
public final class Demo {
  private static final String NAME = "flint-demo";
  private static final int GUEST_MEMORY_MIB = 64;
  private static final Duration BOOT_LIMIT = Duration.ofSeconds(60);

  private final Console console;
  private final Map<String, String> env;
  private final FlintRunner flint;
  private final Path folder;

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
      String reference = "localhost:" + registry.address().getPort() + "/demo/" + NAME + ":1.0";
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
    Map<String, String> own = new HashMap<>(env);
    own.put("FLINT_HOME", folder.resolve(machine + "/flint").toString());
    own.put("CAPSTAN_ROOT", folder.resolve(machine + "/capstan").toString());
    own.put("DOCKER_CONFIG", folder.resolve(machine + "/docker").toString());
    int exit = flint.run(indented(), own, args);
    if (exit != 0) {
      throw new FlintException(
          ErrorCode.INTERNAL, "the demo's step flint " + args[0] + " ended with " + exit);
    }
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
