package dev.flint.registry.testing;

import dev.flint.testing.Peers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** {@code openssl s_server}, for TLS that the JDK would not speak. */
public final class OpensslServer implements AutoCloseable {
  private final Process process;
  private final int port;

  private OpensslServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one on a free loopback port; skips the test if the program is missing. */
  public static OpensslServer start(TestCertificate certificate, String... options)
      throws IOException {
    List<String> argv =
        new ArrayList<>(
            List.of(
                Peers.require("openssl").toString(),
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-www",
                "-cert",
                certificate.certificate().toString(),
                "-key",
                certificate.key().toString()));
    argv.addAll(List.of(options));
    Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.append(line).append('\n');
      if (line.startsWith("ACCEPT ")) {
        return new OpensslServer(
            process, Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip()));
      }
    }
    return Assertions.fail("openssl did not start: " + said);
  }

  /** {@code HOST:PORT}. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
