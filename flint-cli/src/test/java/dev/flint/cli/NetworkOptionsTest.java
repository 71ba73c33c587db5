package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestImage;
import dev.flint.registry.testing.TlsServer;
import dev.flint.registry.testing.TunnelProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What options, environment and config file say reaches the network. */
class NetworkOptionsTest {
  @TempDir Path home;
  private Cli user;
  private TestImage image;

  @BeforeEach
  void prepare() throws IOException {
    user = new Cli(home);
    image = TestImage.ofLayerSize(1000);
  }

  private void config(String... lines) throws IOException {
    Path file = Files.createDirectories(home.resolve(".config/flint")).resolve("config.yaml");
    Files.writeString(file, String.join("\n", lines) + "\n", StandardCharsets.UTF_8);
  }

  private Cli.Result pull(String host, String... options) {
    List<String> words = new ArrayList<>(List.of("pull", "--all-platforms"));
    words.addAll(List.of(options));
    words.add(host + "/r:t");
    return user.run(words.toArray(new String[0]));
  }

  @Test
  void anUncheckedCertificateIsSaidEvenToTheQuiet() throws IOException {
    TestCertificate certificate = TestCertificate.create(home.resolve("key"), "DNS:x.example");
    try (TlsServer registry = TlsServer.start(certificate)) {
      String host = registry.host();
      pull(host, "--no-plain-http").fails(6);
      Cli.Result result = pull(host, "--no-plain-http", "--insecure-skip-verify", "-q");
      // It has no images, but says so.
      assertEquals(4, result.exit(), result.err());
      assertTrue(result.err().contains("flint: warning: the certificate of " + host), result.err());
    }
  }

  @Test
  void theConfigFileSaysHowToReachARegistry() throws IOException {
    TestCertificate certificate = TestCertificate.create(home.resolve("key"), "IP:127.0.0.1");
    try (TlsServer registry = TlsServer.start(certificate)) {
      String host = registry.host();
      config(
          "registries:",
          "  " + host + ":",
          "    plain-http: false",
          "    ca-file: " + certificate.pem());
      // It has no images, but says so.
      pull(host).fails(4);
      pull(host, "--plain-http", "-q").fails(6);
    }
  }

  @Test
  void aTypoInTheConfigFileIsAnErrorWithItsPlace() throws IOException {
    config("registries:", "  localhost:5000:", "    plain_http: true");
    Cli.Result result = pull("localhost:5000").fails(2);
    assertTrue(result.err().contains("config.yaml line 3: unknown key plain_http"), result.err());
    // Who needs no registry does not need the file.
    user.run("images").ok();
  }

  @Test
  void mirrorsAreTriedFirst() throws IOException {
    try (FaultServer registry = FaultServer.start(image::serve);
        FaultServer good = FaultServer.start(image::serve);
        FaultServer bad = FaultServer.start(x -> x.reply(500, "", new byte[0]))) {
      Cli.Result result = pull(registry.host(), "--mirror", bad.host(), "--mirror", good.host());
      result.ok();
      assertTrue(result.err().contains("without the mirror " + bad.host()), result.err());
      assertEquals(List.of(), registry.requests());
    }
  }

  @Test
  void theProxyOfTheEnvironmentIsUsedAndItsPasswordNeverShown() throws IOException {
    try (TunnelProxy proxy = TunnelProxy.start("403 Forbidden")) {
      user.with("HTTPS_PROXY", "http://u:secret@" + proxy.host());
      Cli.Result result = pull("registry.example", "--debug");
      assertEquals(6, result.exit(), result.err());
      assertEquals(List.of("CONNECT registry.example:443 HTTP/1.1"), proxy.requests());
      assertFalse(result.err().contains("secret"), result.err());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--cert x",
        "--key x",
        "--mirror x",
        "--mirror https://x.y",
        "--limit-rate fast",
        "--stall-timeout 0",
        "--stall-timeout PT5S",
        "--auth-realm http://x"
      })
  void whatCannotBeUnderstoodTouchesNothing(String options) {
    Cli.Result result = pull("localhost:1", options.split(" ")).fails(2);
    assertFalse(result.err().contains("Converter"), result.err());
  }

  @Test
  void ratesAndTimeoutsAreTaken() throws IOException {
    try (FaultServer registry = FaultServer.start(image::serve)) {
      pull(registry.host(), "--limit-rate", "1G", "--stall-timeout", "5", "--http2").ok();
    }
  }
}
