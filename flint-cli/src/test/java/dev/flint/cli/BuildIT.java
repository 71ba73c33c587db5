package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.dist.DistributionCopy;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.testing.Command;
import dev.flint.testing.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code flint build} makes is read by skopeo and umoci, and runs. */
@Timeout(180)
class BuildIT {
  private static final String NAME = "localhost:5000/demo/web:1.0";

  @TempDir Path folder;

  @Test
  void aUserWithNeitherProgramsNorRightsMakesWhatOthersRead() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path site = BuildFolder.make(folder.resolve("site"), "localhost:5000/demo/web");
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path jar = DistributionCopy.jarIn(folder.resolve("dist"));
    List<String> words = new ArrayList<>();
    if (Command.run("id", "-u").ok().out().strip().equals("0")) {
      String setpriv = Peers.require("setpriv").toString();
      words.addAll(List.of(setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"));
    }
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.addAll(List.of("-Xmx96m", "-Djava.io.tmpdir=" + home, "-jar", jar.toString()));
    words.addAll(List.of("build", site.toString()));
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", empty.toString());
    builder.environment().put("HOME", home.toString());
    builder.environment().put("FLINT_HOME", home.resolve("flint").toString());
    assertEquals(0, builder.start().waitFor(), () -> text(out));

    Path store = home.resolve("flint/store");
    assertEquals(List.of("flint"), Cli.names(home), "nothing is written elsewhere");
    assertEquals(List.of(), Cli.names(home.resolve("flint/build/work")));
    String copy = "oci:" + folder.resolve("copy");
    Command.run("skopeo", "copy", "oci:" + store + ":" + NAME, copy + ":box").ok();
    Command.run("skopeo", "copy", "oci:" + store + ":" + NAME + "-osv", copy + ":guest").ok();
    JsonObject config =
        JsonObject.parse(
                Command.run("skopeo", "inspect", "--config", copy + ":box")
                    .ok()
                    .out()
                    .getBytes(StandardCharsets.UTF_8),
                "config")
            .object("config")
            .orElseThrow();
    assertEquals(List.of("/bin/busybox", "cat", "/etc/greeting"), config.strings("Entrypoint"));

    Path box = unpacked("box");
    assertEquals("hello from a file\n", Files.readString(box.resolve("etc/greeting")));
    assertEquals(-1, Files.mismatch(site.resolve("busybox"), box.resolve("bin/busybox")));
    Path disk = unpacked("guest").resolve("disk.qemu");
    Command.run("qemu-img", "check", disk).ok();
  }

  private Path unpacked(String tag) {
    Path bundle = folder.resolve("bundle-" + tag);
    String image = folder.resolve("copy") + ":" + tag;
    Command.run("umoci", "unpack", "--rootless", "--image", image, bundle).ok();
    return bundle.resolve("rootfs");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void allVariantsGoToARegistryAndComeBack() throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
      String name = registry.host() + "/demo/web";
      Path site = BuildFolder.make(folder.resolve("site"), name);
      Cli developer = new Cli(Files.createDirectory(folder.resolve("developer")));
      String built = developer.run("build", site.toString()).ok();
      developer.run("tag", name + ":1.0", name + ":1.0-other").ok();
      assertEquals(built, developer.run("push", "--all-variants", name + ":1.0").ok());
      assertEquals(
          List.of("1.0", "1.0-osv"), developer.run("tags", name).ok().lines().sorted().toList());
      Cli device = new Cli(Files.createDirectory(folder.resolve("device")));
      String pulled =
          device.run("pull", name + ":1.0").ok()
              + "\n"
              + device.run("pull", name + ":1.0-osv").ok();
      assertEquals(built, pulled);
    }
  }

  @Test
  void aBaseComesFromItsRegistryOnce() throws IOException {
    Cli developer = new Cli(Files.createDirectory(folder.resolve("developer")));
    Path site = Files.createDirectory(folder.resolve("app"));
    Files.writeString(site.resolve("app"), "app");
    String base;
    try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
      base = registry.host() + "/demo/web:1.0";
      Path other = BuildFolder.make(folder.resolve("site"), registry.host() + "/demo/web");
      Cli publisher = new Cli(Files.createDirectory(folder.resolve("publisher")));
      publisher.run("build", "--backend", "containerd", "--push", other.toString()).ok();
      Files.writeString(
          site.resolve("flint.yaml"), "name: app:1\nbase: " + base + "\nfiles: {app: /app}\n");
      developer.run("build", site.toString()).ok();
    }
    // Nobody answers there any more.
    Files.writeString(site.resolve("app"), "changed");
    developer.run("build", site.toString()).ok();
    String inspected = developer.run("inspect", "app:1").ok();
    assertTrue(inspected.contains("base.name=" + base), inspected);
    assertEquals(6, developer.run("build", "--pull", site.toString()).exit());
  }

  @Test
  void bothVariantsRunInOnePod() throws IOException {
    Path place = Files.createDirectory(folder.resolve("device"));
    try (AgentDevice device = AgentDevice.make(place)) {
      String name = device.box().replace("box:1", "web");
      Path site = BuildFolder.make(folder.resolve("site"), name);
      Cli developer = new Cli(Files.createDirectory(folder.resolve("developer")));
      developer.run("build", "--push", site.toString()).ok();
      device.startAgent();
      device.write("both.yaml", AgentPods.pod("both", "Never", box(name), guest(name)));
      device.await("the container's word", () -> says(device, "box", "hello from a file"));
      device.await("the guest's word", () -> says(device, "guest", "Flint osv-hello guest"));
      device.await("its line", () -> line(device).contains("/hello built"));
      device.await("the end", () -> AgentDevice.says(device.pod("both"), "phase", "Succeeded"));
    }
  }

  private static boolean says(AgentDevice device, String container, String line)
      throws IOException {
    return device.log("both", container).contains(line);
  }

  private static String line(AgentDevice device) throws IOException {
    return device.log("both", "guest").stream()
        .filter(line -> line.startsWith("Cmdline:"))
        .findFirst()
        .orElse("");
  }

  private static String box(String name) {
    return AgentPods.image("box", name + ":1.0");
  }

  private static String guest(String name) {
    return AgentPods.image("guest", name + ":1.0-osv");
  }

  @Test
  void onlyVariantsOfOneBuildGoToARegistryTogether() throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
      String name = registry.host() + "/demo/web";
      Path site = BuildFolder.make(folder.resolve("site"), name);
      Cli developer = new Cli(Files.createDirectory(folder.resolve("developer")));
      developer.run("build", site.toString()).ok();
      Files.writeString(site.resolve("etc/greeting"), "changed\n");
      developer.run("build", "--backend", "containerd", site.toString()).ok();
      Cli.Result pushed = developer.run("push", "--all-variants", name + ":1.0");
      assertEquals(1, pushed.ok().lines().count());
      assertTrue(pushed.err().contains(":1.0-osv is of another build"), pushed.err());
      assertEquals("1.0", developer.run("tags", name).ok().strip());
      developer.run("rmi", name + ":1.0").ok();
      developer.run("push", "--all-variants", name + ":1.0").fails(4);
    }
  }

  @Test
  void aBaseThatIsThereForOnePlatformIsFetchedForTheOthersBesideIt() throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
      String base = registry.host() + "/demo/web:1.0";
      Path other = BuildFolder.make(folder.resolve("site"), registry.host() + "/demo/web");
      Cli publisher = new Cli(Files.createDirectory(folder.resolve("publisher")));
      String[] both = {"--platform", "linux/amd64", "--platform", "linux/arm64"};
      publisher
          .run(
              "build",
              "--backend",
              "containerd",
              "--push",
              other.toString(),
              both[0],
              both[1],
              both[2],
              both[3])
          .ok();
      Cli developer = new Cli(Files.createDirectory(folder.resolve("developer")));
      developer.run("pull", "--platform", "linux/amd64", base).ok();
      String before = developer.run("inspect", base).ok();
      Path site = Files.createDirectory(folder.resolve("app"));
      Files.writeString(site.resolve("app"), "app");
      Files.writeString(
          site.resolve("flint.yaml"), "name: app:1\nbase: " + base + "\nfiles: {app: /bin/app}\n");
      developer.run("build", site.toString(), both[0], both[1], both[2], both[3]).ok();
      assertEquals(before, developer.run("inspect", base).ok(), "the user's own stays");
    }
  }

  @Test
  void aFileBelowALinkOfTheBaseLeavesTheLink() throws Exception {
    Path layout = folder.resolve("base");
    Path bundle = folder.resolve("bundle");
    Command.run("umoci", "init", "--layout", layout).ok();
    Command.run("umoci", "new", "--image", layout + ":b").ok();
    Command.run("umoci", "unpack", "--rootless", "--image", layout + ":b", bundle).ok();
    Path rootfs = bundle.resolve("rootfs");
    Files.writeString(Files.createDirectories(rootfs.resolve("usr/bin")).resolve("sh"), "shell");
    Files.createSymbolicLink(rootfs.resolve("bin"), Path.of("usr/bin"));
    Path temporary = Files.createDirectory(rootfs.resolve("tmp"));
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    Command.run("umoci", "repack", "--image", layout + ":b", bundle).ok();
    Path site = Files.createDirectory(folder.resolve("app"));
    Files.writeString(site.resolve("web"), "web");
    Files.writeString(
        site.resolve("flint.yaml"),
        "name: app:1\nbase: oci:" + layout + ":b\nfiles: {web: /bin/web, ./web: /tmp/web}\n");
    Cli developer = new Cli(Files.createDirectory(folder.resolve("developer")));
    developer.run("build", site.toString()).ok();
    Path copy = folder.resolve("copy");
    developer.run("copy", "store:app:1", "oci:" + copy + ":app").ok();
    Path box = unpacked("app");
    assertTrue(Files.isSymbolicLink(box.resolve("bin")));
    assertEquals("shell", Files.readString(box.resolve("bin/sh")));
    assertEquals("web", Files.readString(box.resolve("usr/bin/web")));
    assertEquals(
        "rwxrwxrwx",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(box.resolve("tmp"))));
  }
}
