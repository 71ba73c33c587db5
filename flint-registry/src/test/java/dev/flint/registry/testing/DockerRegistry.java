package dev.flint.registry.testing;

import dev.flint.testing.Peers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** Debian's {@code docker-registry} on a free loopback port, over a folder of the test. */
public final class DockerRegistry implements AutoCloseable {
  private static final int PORT_ATTEMPTS = 5;
  private static final int START_POLLS = 600;
  private static final String DATA = "data";

  private final Process process;
  private final int port;

  private DockerRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one that is open to everybody; skips the test if the program is missing. */
  public static DockerRegistry start(Path folder) {
    return start(folder, new DockerRegistrySettings());
  }

  /** Starts one; skips the test if the program is missing. */
  public static DockerRegistry start(Path folder, DockerRegistrySettings settings) {
    Path program = Peers.require("docker-registry");
    try {
      Files.createDirectories(folder);
      for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
        Optional<DockerRegistry> started = tryStart(program, folder, settings, freePort());
        if (started.isPresent()) {
          return started.get();
        }
      }
      return Assertions.fail(
          "docker-registry did not start: " + Files.readString(folder.resolve("registry.log")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty if the port was taken between asking for it and using it. */
  private static Optional<DockerRegistry> tryStart(
      Path program, Path folder, DockerRegistrySettings settings, int port) throws IOException {
    Path config = folder.resolve("registry.yml");
    Path log = folder.resolve("registry.log");
    String address = "127.0.0.1:" + port;
    Files.writeString(config, settings.yaml(folder.resolve(DATA), address));
    Process process =
        new ProcessBuilder(program.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      for (int poll = 0; poll < START_POLLS; poll++) {
        // Its own word, as another program may answer at this port.
        if (Files.readString(log, StandardCharsets.UTF_8).contains("listening on " + address)) {
          return Optional.of(new DockerRegistry(process, port));
        }
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          return Optional.empty();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return Optional.empty();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Where one that runs in a folder keeps its files. */
  public static Path data(Path folder) {
    return folder.resolve(DATA);
  }

  /** {@code HOST:PORT} as in image references. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
