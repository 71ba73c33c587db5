package dev.flint.cli;

import static dev.flint.cli.AgentDevice.says;
import static dev.flint.cli.AgentPods.SLEEP;
import static dev.flint.cli.AgentPods.box;
import static dev.flint.cli.AgentPods.guest;
import static dev.flint.cli.AgentPods.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.json.JsonObject;
import dev.flint.testing.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is bad says so in its own status, and a good pod beside it runs on as it was. */
@Timeout(180)
class AgentHostileIT {
  @TempDir static Path folder;
  private static AgentDevice device;
  private static long goodSince;

  @BeforeAll
  static void device() throws IOException {
    device = AgentDevice.make(folder);
    device.startAgent();
    device.write(
        "good.yaml",
        pod(
            "good",
            "Always",
            guest("guest", device.guest(), "--sleep"),
            box("box", device.box(), SLEEP)));
    device.await("the good one runs", () -> device.pod("good").flag("ready"));
    goodSince = startTimes();
  }

  private static long startTimes() throws IOException {
    long sum = 0;
    for (JsonObject instance : device.ask("list").objects("instances")) {
      if (instance.object("spec").orElseThrow().requiredString("id").startsWith("default_good_")) {
        sum += instance.object("state").orElseThrow().integer("started").orElse(0);
      }
    }
    return sum;
  }

  /** Neither stopped nor started anew, and more can be done. */
  @AfterEach
  void theGoodOneIsUnharmed() throws IOException {
    assertTrue(device.pod("good").flag("ready"));
    assertEquals(goodSince, startTimes());
    device.write("next.yaml", pod("next", "Never", box("c", device.box(), "exit 0")));
    device.await("another one runs", () -> says(device.pod("next"), "phase", "Succeeded"));
    device.delete("next.yaml");
    device.await("it goes", () -> device.pod("next").names().isEmpty());
  }

  @AfterAll
  static void close() throws IOException {
    if (device != null) {
      device.close();
    }
  }

  private static void awaitMessage(String pod, String reason, String part) throws IOException {
    device.await(
        pod + " says " + reason + ": " + part,
        () -> {
          JsonObject said = device.container(pod, "c");
          return said.string("message").orElse("").contains(part)
              && said.string("reason").orElse("").matches(reason);
        });
    device.delete(pod + ".yaml");
    device.await("it goes", () -> device.pod(pod).names().isEmpty());
  }

  @Test
  void filesThatAreBroken() throws IOException {
    device.write("dots.yaml", pod("../up", "Always", box("c", device.box(), "exit 0")));
    device.write("broken.yaml", "kind: Pod\nmetadata: {name: [");
    device.write(
        "mount.yaml",
        pod("mount", "Always", box("c", device.box(), "exit 0"))
            + "    volumeMounts: [{name: v, mountPath: /x, subPath: ../../etc}]\n"
            + "  volumes: [{name: v, hostPath: {path: /tmp}}]\n");
    for (String file : new String[] {"dots.yaml", "broken.yaml", "mount.yaml"}) {
      device.await(
          file + " is told of",
          () -> device.ask("pods").object("problems").orElseThrow().has(file));
    }
    JsonObject problems = device.ask("pods").object("problems").orElseThrow();
    assertTrue(problems.strings("dots.yaml").get(0).contains("metadata.name"), problems::toString);
    assertTrue(problems.strings("broken.yaml").get(0).contains("line 2"), problems::toString);
    assertTrue(problems.strings("mount.yaml").get(0).contains("subPath"), problems::toString);
    for (String file : new String[] {"dots.yaml", "broken.yaml", "mount.yaml"}) {
      device.delete(file);
    }
  }

  @Test
  void aDiskWithABackingFile() throws IOException {
    Path disk = folder.resolve("backed.qcow2");
    Command.run(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-u",
            "-F",
            "raw",
            "-b",
            "/etc/shadow",
            disk,
            "1M")
        .ok();
    new HandMadeImage()
        .entry("disk.qemu", '0', Files.readAllBytes(disk))
        .config("feather.backend", "osv")
        .write(device.store(), "localhost:1/evil/backed:1");
    device.write("backed.yaml", pod("backed", "Always", guest("c", "localhost:1/evil/backed:1")));
    awaitMessage("backed", "ErrImagePull|ImagePullBackOff", "backing file");
  }

  /** It takes no more room than what is in it. */
  @Test
  void aDiskOfHundredGibibytes() throws IOException {
    Path disk = folder.resolve("large.qcow2");
    DemoGuest.writeQcow2(disk, "/hello --sleep");
    Command.run("qemu-img", "resize", "-q", "-f", "qcow2", disk, "100G").ok();
    new HandMadeImage()
        .entry("disk.qemu", '0', Files.readAllBytes(disk))
        .config("feather.backend", "osv")
        .write(device.store(), "localhost:1/evil/large:1");
    device.write(
        "large.yaml", pod("large", "Always", guest("c", "localhost:1/evil/large:1", "--sleep")));
    device.await("it runs", () -> says(device.pod("large"), "phase", "Running"));
    String used = Command.run("du", "-sm", device.state().root()).ok().out();
    assertTrue(Integer.parseInt(used.split("\t", -1)[0]) < 64, used);
    device.delete("large.yaml");
    device.await("it goes", () -> device.pod("large").names().isEmpty());
  }

  @Test
  void aRegistryThatNeverAnswers() throws IOException {
    try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String image = "localhost:" + deaf.getLocalPort() + "/a/b:1";
      device.write("deaf.yaml", pod("deaf", "Always", guest("c", image)));
      device.await(
          "it waits", () -> says(device.container("deaf", "c"), "reason", "ContainerCreating"));
      theGoodOneIsUnharmed();
      device.delete("deaf.yaml");
      device.await("it goes", () -> device.pod("deaf").names().isEmpty());
    }
  }

  @Test
  void aPortThatIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      device.write(
          "port.yaml",
          pod("port", "Always", guest("c", device.guest(), "--sleep"))
              + "    ports: [{containerPort: 80, hostPort: "
              + port
              + ", hostIP: 127.0.0.1}]\n");
      device.await(
          "it says so",
          () -> device.container("port", "c").toString().contains(Integer.toString(port)));
      device.delete("port.yaml");
      device.await("it goes", () -> device.pod("port").names().isEmpty());
    }
  }
}
