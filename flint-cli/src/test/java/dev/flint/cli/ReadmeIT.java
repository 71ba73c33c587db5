package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell blocks of the README do what they say, on the distribution as it is built. */
class ReadmeIT {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");

  @TempDir Path folder;

  private static List<String> blocks() throws IOException {
    String readme = Files.readString(root().resolve("README.md"), StandardCharsets.UTF_8);
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(readme);
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  private static Path root() {
    return Path.of("..").toAbsolutePath().normalize();
  }

  @Test
  void theDemoAndTheTestsAreTheFirstTwoCommands() throws IOException {
    assertEquals(List.of("./flint demo\n", "./test\n"), blocks().subList(0, 2));
    assertTrue(Files.isExecutable(root().resolve("flint")));
    assertTrue(Files.isExecutable(root().resolve("test")));
  }

  @Test
  void theDemoEndsWithTheBootedGuest() throws Exception {
    String out = sh("./flint demo\n");
    assertTrue(out.contains("Cmdline: --env=GREETING=hello /hello.so"), out);
  }

  @Test
  void theJobAndTheSessionRun() throws Exception {
    DemoGuest.writeQcow2(folder.resolve("my-disk.qcow2"), "/hello.so");
    Path image = Files.createDirectories(folder.resolve(".capstan/repository/osv-hello"));
    Files.copy(folder.resolve("my-disk.qcow2"), image.resolve("osv-hello.qemu"));
    List<String> blocks = blocks();
    String job = blocks.get(2);
    String session = blocks.get(3);
    assertTrue(session.startsWith("./flint registry serve"), session);
    // The job's unpack would meet the image it started from.
    String cleared = job.replace("./flint unpack", "rm -r .capstan\n./flint unpack");
    String out = sh(waitingForTheRegistry(session) + cleared);
    assertTrue(out.contains("demo/osv-hello/osv-hello.qemu"), out);
    assertEquals(
        -1,
        Files.mismatch(
            folder.resolve("my-disk.qcow2"),
            folder.resolve(".capstan/repository/demo/osv-hello/osv-hello.qemu")));
  }

  private static String waitingForTheRegistry(String session) {
    return session.replaceFirst(
        "&\\n",
        "&\nfor i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do"
            + " curl -s http://127.0.0.1:5000/v2/ >/dev/null && break; sleep 1; done\n");
  }

  /** Runs a script in a home of its own; port 5000 becomes a free one. */
  private String sh(String script) throws Exception {
    int port = freePort();
    String text =
        "set -e\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"
            + script
                .replace("./flint", root().resolve("flint").toString())
                .replace("5000", Integer.toString(port));
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", text)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("HOME", folder.toString());
    builder.environment().keySet().removeAll(List.of("FLINT_HOME", "XDG_DATA_HOME"));
    Process process = builder.start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroy();
    String said = Files.readString(out, StandardCharsets.UTF_8);
    assertTrue(ended, said);
    assertEquals(0, process.exitValue(), said);
    return said;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
