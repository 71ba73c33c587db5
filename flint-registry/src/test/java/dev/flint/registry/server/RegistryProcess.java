package dev.flint.registry.server;

import dev.flint.registry.testing.TestClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A registry in a process of its own, so that it can be killed. */
final class RegistryProcess implements AutoCloseable {
  private final Process process;
  private final int port;

  private RegistryProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static RegistryProcess start(Path folder) throws IOException {
    return start(folder, "");
  }

  /** Starts one that is a cache of another registry, unless the host is empty. */
  static RegistryProcess start(Path folder, String upstream) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // As bin/flint has it.
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                RegistryProcess.class.getName(),
                folder.toString(),
                upstream)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the registry process did not start");
    }
    return new RegistryProcess(process, Integer.parseInt(line));
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** As {@code kill -9}, after a time. */
  void killAfter(long millis) throws InterruptedException {
    process.waitFor(millis, TimeUnit.MILLISECONDS);
    kill();
  }

  /** The most memory the process has ever had, in bytes, as Linux counts it. */
  long peakMemory() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      String line = lines.filter(l -> l.startsWith("VmHWM:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
    }
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Runs until it is killed, or until the test that started it is gone. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    ServerSettings settings = ServerSettings.OPEN;
    if (!args[1].isEmpty()) {
      TestClient client = new TestClient(folder.resolveSibling("client"));
      settings = settings.withUpstream(new Upstream(client.client(), args[1]));
    }
    RegistryServer server =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            folder,
            settings,
            line -> {});
    System.out.println(server.address().getPort());
    System.out.flush();
    int end = System.in.read();
    System.exit(end < 0 ? 0 : 1);
  }
}
