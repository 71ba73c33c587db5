package dev.flint.registry.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.RegistrySettings;
import dev.flint.registry.settings.TlsSettings;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestImage;
import dev.flint.registry.testing.TestSettings;
import dev.flint.registry.testing.TunnelProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real requests through a proxy, which alone knows where the registry is. */
class ProxyOnTheWireTest {
  private static final String USER = "user:p%40ss";
  private static final String SHOWN = "Proxy-Authorization: Basic dXNlcjpwQHNz";
  private static final byte[] OK = {1, 2};

  @TempDir Path folder;

  private static Http http(RegistrySettings settings, String variable, String proxy)
      throws IOException {
    return new Http(
        "flint/test",
        new Network(settings, Proxies.fromEnvironment(Map.of(variable, proxy)), line -> {}));
  }

  @Test
  void httpsGoesThroughATunnelAndTheProxyAloneSeesItsPassword() throws IOException {
    TestCertificate certificate =
        TestCertificate.create(folder.resolve("key"), "DNS:registry.example");
    Path roots = Files.createDirectories(folder.resolve("certs.d"));
    TestImage image = TestImage.ofLayerSize(1000);
    try (MockRegistry registry = MockRegistry.startTls(certificate).holds(image);
        TunnelProxy proxy = TunnelProxy.start()) {
      String host = registry.tlsHost().replace("127.0.0.1", "registry.example");
      Path own = Files.createDirectories(roots.resolve(host));
      Files.copy(certificate.pem(), own.resolve("ca.crt"));
      RegistrySettings settings = TestSettings.of(TlsSettings.DEFAULT, roots);
      Http http = http(settings, "HTTPS_PROXY", "http://" + USER + "@" + proxy.host());
      URI url = URI.create("https://" + host + "/v2/r/blobs/" + image.layer().digest());
      try (Reply reply = http.send(Call.of("GET", url))) {
        assertArrayEquals(image.layerBytes(), reply.body().readAllBytes());
      }
      assertEquals(List.of("CONNECT " + host + " HTTP/1.1"), proxy.requests());
      assertTrue(proxy.heads().get(0).contains(SHOWN), proxy.heads().get(0));
      assertEquals(List.of(""), registry.headers("Proxy-Authorization"));
    }
  }

  /** 407 is a proxy's word, but a server behind the tunnel can say it too. */
  @Test
  void aServerBehindTheTunnelDoesNotGetTheProxysPassword() throws IOException {
    TestCertificate certificate =
        TestCertificate.create(folder.resolve("key"), "DNS:registry.example");
    Path roots = Files.createDirectories(folder.resolve("certs.d"));
    try (MockRegistry registry = MockRegistry.startTls(certificate);
        TunnelProxy proxy = TunnelProxy.start()) {
      registry.answers(
          get(anyUrl())
              .willReturn(
                  aResponse()
                      .withStatus(407)
                      .withHeader("Proxy-Authenticate", "Basic realm=\"x\"")));
      String host = registry.tlsHost().replace("127.0.0.1", "registry.example");
      Path own = Files.createDirectories(roots.resolve(host));
      Files.copy(certificate.pem(), own.resolve("ca.crt"));
      RegistrySettings settings = TestSettings.of(TlsSettings.DEFAULT, roots);
      Http http = http(settings, "HTTPS_PROXY", "http://" + USER + "@" + proxy.host());
      try (Reply reply = http.send(Call.of("GET", URI.create("https://" + host + "/v2/")))) {
        assertEquals(407, reply.status());
      }
      assertEquals(List.of(""), registry.headers("Proxy-Authorization"));
    }
  }

  @Test
  void plainHttpIsAskedOfTheProxyAlsoWithABody() throws IOException {
    try (FaultServer server =
            FaultServer.start(
                x -> {
                  assertArrayEquals(OK, x.body());
                  x.reply(201, "", new byte[0]);
                });
        TunnelProxy proxy = TunnelProxy.start()) {
      Http http = http(RegistrySettings.NONE, "http_proxy", USER + "@" + proxy.host());
      URI url =
          URI.create("http://" + server.host().replace("127.0.0.1", "registry.example") + "/x");
      try (Reply reply = http.send(Call.of("PUT", url).body(Body.of("a/b", OK)))) {
        assertEquals(201, reply.status());
      }
      assertEquals(List.of("PUT " + url + " HTTP/1.1"), proxy.requests());
      assertTrue(proxy.heads().get(0).contains(SHOWN), proxy.heads().get(0));
    }
  }

  @Test
  void thisMachineIsReachedDirectlyAndSeesNoPassword() throws IOException {
    try (FaultServer server =
            FaultServer.start(
                x -> x.reply(x.header("proxy-authorization").isEmpty() ? 200 : 500, "", OK));
        TunnelProxy proxy = TunnelProxy.start()) {
      Http http = http(RegistrySettings.NONE, "http_proxy", USER + "@" + proxy.host());
      try (Reply reply = http.send(Call.of("GET", URI.create("http://" + server.host() + "/")))) {
        assertEquals(200, reply.status());
      }
      assertEquals(List.of(), proxy.requests());
    }
  }

  @Test
  void aProxyThatWantsOtherCredentialsIsAskedOnceMoreAtMost() throws IOException {
    try (TunnelProxy proxy = TunnelProxy.start("407 No\r\nProxy-Authenticate: Basic realm=\"x\"")) {
      FlintException e = refused(ErrorCode.AUTH, USER + "@" + proxy.host());
      assertTrue(String.valueOf(e.getMessage()).contains(proxy.host()), e.getMessage());
      assertFalse((e.getMessage() + e.remedy()).contains("p%40ss"), e.remedy());
      assertTrue(proxy.requests().size() <= 2, proxy.requests().toString());
    }
  }

  @Test
  void aProxyThatRefusesTheHostIsNamed() throws IOException {
    try (TunnelProxy proxy = TunnelProxy.start("403 Forbidden")) {
      FlintException e = refused(ErrorCode.NETWORK, proxy.host());
      assertEquals(
          "cannot connect to registry.example through the proxy "
              + proxy.host()
              + ": it answered 403",
          e.getMessage());
    }
  }

  @Test
  void aProxyThatIsDownIsNamed() throws IOException {
    String host;
    try (TunnelProxy proxy = TunnelProxy.start()) {
      host = proxy.host();
    }
    FlintException e = refused(ErrorCode.NETWORK, host);
    assertTrue(e.getMessage() != null && e.getMessage().contains("proxy " + host), e.getMessage());
    assertTrue(e.remedy().contains("NO_PROXY"), e.remedy());
  }

  private static FlintException refused(ErrorCode code, String proxy) throws IOException {
    Http http = http(RegistrySettings.NONE, "HTTPS_PROXY", proxy);
    return assertFails(
        code, () -> http.send(Call.of("GET", URI.create("https://registry.example/"))));
  }
}
