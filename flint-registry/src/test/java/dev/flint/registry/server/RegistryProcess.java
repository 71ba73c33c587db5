package dev.flint.registry.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A registry in a process of its own, so that it can be killed. */
final class RegistryProcess implements AutoCloseable {
  private final Process process;
  private final int port;

  private RegistryProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static RegistryProcess start(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                RegistryProcess.class.getName(),
                folder.toString())
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
    RegistryServer server =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Path.of(args[0]));
    System.out.println(server.address().getPort());
    System.out.flush();
    int end = System.in.read();
    System.exit(end < 0 ? 0 : 1);
  }
}
