package dev.flint.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.cli.Flint;
import dev.flint.cli.console.Console;
import dev.flint.oci.error.ErrorCode;
import dev.flint.registry.server.RegistryServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that fails unnoticed leaves its classes out of the start-up archive. */
class TrainingTest {
  @TempDir private Path folder;

  @Test
  void onlyWhatIsMeantToFailFails() throws IOException {
    List<String> failed = new ArrayList<>();
    Console silent =
        new Console(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            false,
            80);
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (RegistryServer registry = RegistryServer.start(loopback, folder.resolve("registry"))) {
      String repository = "localhost:" + registry.address().getPort() + "/training";
      new Training(
              silent,
              Map.of("HOME", folder.toString()),
              (console, env, args) -> {
                int exit = Flint.run(console, env, args);
                if (exit != 0) {
                  failed.add(exit + " " + String.join(" ", args));
                }
                return exit;
              },
              folder)
          .update(repository);
      assertEquals(
          List.of(
              ErrorCode.NOT_FOUND.exitCode() + " pull " + repository + ":none",
              ErrorCode.NETWORK.exitCode() + " pull --no-plain-http localhost:PORT/training:2",
              ErrorCode.USAGE.exitCode() + " pull"),
          failed.stream()
              .map(line -> line.replaceFirst("http localhost:[0-9]+/", "http localhost:PORT/"))
              .toList());
    }
  }
}
