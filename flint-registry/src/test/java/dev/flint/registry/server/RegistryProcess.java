package dev.flint.registry.server;

import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A registry in a process of its own, so that it can be killed. */
final class RegistryProcess implements AutoCloseable {
  private static final List<String> SHORT = List.of("-XX:TieredStopAtLevel=1");

  private final Process process;
  private final int port;

  private RegistryProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static RegistryProcess start(Path folder) throws IOException {
    return start(List.of(), List.of(), folder, "");
  }

  /** Starts one that is killed before the JVM's better compiler would be of use. */
  static RegistryProcess startShort(Path folder) throws IOException {
    return start(List.of(), SHORT, folder, "");
  }

  /** Starts one that is a cache of another registry, and is soon killed. */
  static RegistryProcess startShort(Path folder, String upstream) throws IOException {
    return start(List.of(), SHORT, folder, "upstream", upstream);
  }

  /** Starts one that speaks TLS. */
  static RegistryProcess start(Path folder, TestCertificate certificate) throws IOException {
    return start(
        List.of(),
        List.of(),
        folder,
        "tls",
        certificate.certificate().toString(),
        certificate.key().toString());
  }

  /** Starts one below another program, such as a tracer. */
  static RegistryProcess startBelow(List<String> program, Path folder) throws IOException {
    return start(program, List.of(), folder, "");
  }

  private static RegistryProcess start(
      List<String> program, List<String> flags, Path folder, String... kind) throws IOException {
    List<String> words = new ArrayList<>(program);
    words.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // As bin/flint has it.
            "-Xmx48m",
            "-Xmn6m",
            "-XX:+UseSerialGC"));
    words.addAll(flags);
    words.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            RegistryProcess.class.getName(),
            folder.toString()));
    words.addAll(List.of(kind));
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
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

  /** Ends it in order, and waits for that. */
  void end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Runs until it is killed, or until the test that started it is gone. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    ServerSettings settings = ServerSettings.OPEN;
    switch (args[1]) {
      case "upstream" -> {
        TestClient client = new TestClient(folder.resolveSibling("client"));
        settings = settings.withUpstream(new Upstream(client.client(), args[2]));
      }
      case "tls" ->
          settings = settings.withTls(ServerTls.fromPem(Path.of(args[2]), Path.of(args[3])));
      default -> {
        // As it is.
      }
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
