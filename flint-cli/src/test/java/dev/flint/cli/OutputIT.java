package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
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
      Golden golden =
          new Golden()
              .replace(folder.toString(), "/FOLDER")
              .replace(host, "localhost:50000")
              .replace(Pattern.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]+Z"), "TIME")
              .replace(Pattern.compile("Up [0-9]+ [a-z]+"), "Up 9 seconds")
              .replace(Pattern.compile("Exited \\((\\d+)\\) [0-9]+ [a-z]+"), "Exited ($1) 9 seconds");
      user.run("run", "--name", "job", device.box(), "sh", "-c", "exit 3");
      user.run("run", "-d", "--name", "web", "-p", "127.0.0.1:41999:80", device.box(), "sleep", "600")
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
      JsonObject checked =
          new Golden()
              .replace(host, "localhost:50000")
              .check(user::run, "check", "check", device.box());
      assertEquals(true, checked.flag("runs"));
      user.run("kill", "web").ok();
      user.run("rm", "web", "job").ok();
    }
  }
}
