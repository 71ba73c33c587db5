package dev.flint.cli;

import static dev.flint.cli.AgentDevice.says;
import static dev.flint.cli.AgentPods.SLEEP;
import static dev.flint.cli.AgentPods.box;
import static dev.flint.cli.AgentPods.guest;
import static dev.flint.cli.AgentPods.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which images an agent takes, and which it gives up. */
@Timeout(180)
class AgentImagesIT {
  /** Of a disk that is always too full. */
  private static final List<String> FULL =
      List.of(
          "--image-gc-high-threshold",
          "0",
          "--image-gc-low-threshold",
          "0",
          "--image-gc-min-age",
          "0");

  @TempDir static Path folder;
  private static AgentDevice device;

  @BeforeAll
  static void device() throws IOException {
    device = AgentDevice.make(folder);
  }

  @AfterEach
  void end() throws IOException {
    device.killAgent();
  }

  @AfterAll
  static void close() throws IOException {
    if (device != null) {
      device.close();
    }
  }

  private static List<String> images(String kind) throws IOException {
    Path place = device.state().images().resolve(kind);
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(place)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith(".") && !name.endsWith(".lock"))
          .toList();
    }
  }

  private static List<String> layers() throws IOException {
    return images("layers/sha256");
  }

  private static boolean runs(String pod) throws IOException {
    return says(device.pod(pod), "phase", "Running");
  }

  @Test
  void whatNothingUsesGoesWhenTheDiskIsFull() throws IOException {
    device.startAgent();
    device.user().run("run", "--name", "ended", device.guest()).ok();
    device.write("box.yaml", pod("box", "Always", box("c", device.box(), SLEEP)));
    device.await("the pod runs", () -> runs("box"));
    assertEquals(1, layers().size());

    device.killAgent();
    device.startAgent(FULL.toArray(String[]::new));
    device.await("it has looked", () -> device.words().contains("no image is unused"));
    assertEquals(1, layers().size(), "of a pod that runs");
    assertEquals(1, images("disks").size(), "of an instance that has ended");
    device.delete("box.yaml");
    device.await("the pod is gone", () -> device.ask("list").objects("instances").size() == 1);

    device.killAgent();
    device.startAgent(FULL.toArray(String[]::new));
    device.await("the layer is gone", () -> layers().isEmpty());
    assertEquals(1, images("disks").size(), "of an instance that has ended");
    device.user().run("rm", "ended").ok();

    device.killAgent();
    device.startAgent(FULL.toArray(String[]::new));
    device.await("the disk is gone", () -> images("disks").isEmpty());
    device.await("it is deleted too", () -> images("removed").isEmpty());
    device.write("box.yaml", pod("box", "Always", box("c", device.box(), SLEEP)));
    device.await("it is fetched again", () -> runs("box"));
    device.delete("box.yaml");
    device.awaitNothingLeft();
  }

  @Test
  void whatIsNotAdmittedWaitsAndOthersRun() throws IOException {
    Path program = folder.resolve("admit");
    Path asked = folder.resolve("asked");
    Files.writeString(
        program,
        "#!/bin/sh\necho \"$1\" >>"
            + asked
            + "\ncase \"$1\" in */demo/box@sha256:*) exit 0;; esac\n"
            + "echo 'nobody has signed this' >&2\nexit 1\n",
        StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    device.startAgent("--admit-signed", program.toString());
    device.write("bad.yaml", pod("bad", "Always", guest("c", device.guest(), "--sleep")));
    device.write("good.yaml", pod("good", "Always", box("c", device.box(), SLEEP)));
    device.await("it runs", () -> runs("good"));
    device.await(
        "it is refused", () -> says(device.container("bad", "c"), "reason", "ImageNotAdmitted"));
    String message = device.container("bad", "c").string("message").orElse("");
    assertTrue(message.endsWith("is not admitted: nobody has signed this"), message);
    assertEquals(List.of(), images("disks"));
    assertEquals("Pending", device.pod("bad").requiredString("phase"));
    assertTrue(
        Files.readString(asked, StandardCharsets.UTF_8).contains("/demo/guest@sha256:"),
        "it is asked with the digest");
    // What is here is not asked for less.
    device.user().run("run", "--rm", device.guest()).ok();
    device.delete("bad.yaml");
    device.await("it is gone", () -> device.pod("bad").names().isEmpty());
    device.write("bad.yaml", pod("bad", "Always", guest("c", device.guest(), "--sleep")));
    device.await(
        "it is refused", () -> says(device.container("bad", "c"), "reason", "ImageNotAdmitted"));
    device.delete("bad.yaml");
    device.delete("good.yaml");
    device.awaitNothingLeft();
  }
}
