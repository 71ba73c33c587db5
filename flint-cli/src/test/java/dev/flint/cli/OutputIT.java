package dev.flint.cli;

import static dev.flint.cli.AgentPods.SLEEP;
import static dev.flint.cli.AgentPods.box;
import static dev.flint.cli.AgentPods.image;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the commands print that ask an agent, in every form; the others are in OutputTest. */
@Timeout(180)
class OutputIT {
  @TempDir Path folder;

  @Test
  void ofInstances() throws IOException {
    try (AgentDevice device = AgentDevice.make(folder)) {
      device.startAgent();
      Cli user = device.user();
      String host = device.box().substring(0, device.box().indexOf('/'));
      String port = freePort();
      Golden golden =
          new Golden()
              .replace(folder.toString(), "/FOLDER")
              .replace(host, "localhost:50000")
              .replace(Pattern.compile("\\b" + port + "\\b"), "41999")
              .replace(Pattern.compile("flint-[0-9a-f]{12}-"), "flint-AGENT-")
              .replace(Pattern.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]+Z"), "TIME")
              .replace(
                  Pattern.compile("(Up|Exited \\(3\\)) [a-z0-9 ]+?( ago)?(?= {3})"), "$1 9 s$2")
              // A column as wide as what was replaced.
              .replace(Pattern.compile("(?<=\\S) {3,}"), "   ");
      user.run("run", "--name", "job", device.box(), "sh", "-c", "exit 3");
      user.run(
              "run",
              "-d",
              "--name",
              "web",
              "-p",
              "127.0.0.1:" + port + ":" + port,
              device.box(),
              "sleep",
              "600")
          .ok();
      golden.check(user::run, "ps", "ps", "--all");
      assertEquals("web", user.run("ps", "-q").ok());
      assertEquals("job\tweb", user.run("ps", "-aq").ok().replace('\n', '\t'));
      golden.check(user::run, "port", "port", "web");
      golden.check(
          args -> {
            Cli.Result result = user.run(args);
            assertEquals(3, result.exit(), result::toString);
            return new Cli.Result(0, result.out(), result.err());
          },
          "wait",
          "wait",
          "job");
      new Golden()
          .replace(Pattern.compile("(Nanos|Bytes)(\"? ?: )[0-9]+"), "$1$2 9")
          .replace(Pattern.compile("[0-9.]+ (s|B|KiB|MiB)\\b *"), "9 UNIT  ")
          .replace(Pattern.compile(" {2,}"), "  ")
          .check(user::run, "stats", "stats");
      assertTrue(
          user.run("stats", "--no-stream").ok().contains("web"), "as docker's users type it");
      golden.checkJson(
          user::run, "run-plan", "run", "--name", "x", "--dry-run", device.box(), "true");
      // What these find depends on the host.
      Schemas.check(
          Golden.parse(user.run("run", "--dry-run", "-p", port + ":80", device.guest()).ok()));
      Schemas.check(Golden.parse(user.run("check", device.guest(), "-o", "json").out()));
      user.run("kill", "web").ok();
      user.run("rm", "web", "job").ok();
    }
  }

  @Test
  void ofPods() throws IOException {
    try (AgentDevice device = AgentDevice.make(folder)) {
      Cli.Result none = device.user().run("pods");
      assertEquals("NAMESPACE   NAME   READY   STATUS   RESTARTS   MESSAGE\n", none.out());
      assertEquals("flint: no agent runs; pods are run by flint agent --pods DIR\n", none.err());
      device.startAgent();
      device.write("web.yaml", AgentPods.pod("web", "Always", box("app", device.box(), SLEEP)));
      device.write("job.yaml", AgentPods.pod("job", "Never", box("app", device.box(), "exit 3")));
      device.write(
          "never.yaml",
          AgentPods.pod("never", "Always", image("app", "localhost:1/none:1"))
              + "    imagePullPolicy: Never\n");
      device.write("broken.yaml", "kind: Pod\nmetadata: {name: [");
      device.await("it runs", () -> device.pod("web").flag("ready"));
      device.await("it has failed", () -> says(device.pod("job"), "phase", "Failed"));
      device.await("it waits", () -> device.pod("never").toString().contains("NeverPull"));
      device.await("the file was read", () -> device.ask("pods").toString().contains("broken"));
      // YAML puts some of them in quotes, as they look like numbers.
      new Golden()
          .replace(Pattern.compile("\"?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\"?"), "\"UID\"")
          .check(device.user()::run, "pods", "pods");
      Cli.Result names = device.user().run("pods", "-q");
      assertEquals("default/job\ndefault/never\ndefault/web\n", names.out());
      assertTrue(device.user().run("pods").err().startsWith("flint: broken.yaml, line 2: "));
    }
  }

  private static boolean says(JsonObject pod, String member, String value) throws IOException {
    return pod.string(member).equals(Optional.of(value));
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return String.valueOf(socket.getLocalPort());
    }
  }
}
