package dev.flint.registry.testing;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.head;
import static com.github.tomakehurst.wiremock.client.WireMock.notMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.flint.oci.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A registry of sound behaviour on WireMock; a test overrides the answer it is about. The
 * repository is {@code r}, and every request is remembered.
 */
public final class MockRegistry implements AutoCloseable {
  private static final int FALLBACK = 10;

  private final WireMockServer server;

  private MockRegistry(WireMockServer server) {
    this.server = server;
  }

  /** Starts one on a free loopback port, which answers 404 to everything. */
  public static MockRegistry start() {
    return start(WireMockConfiguration.options().dynamicPort());
  }

  /** Starts one that speaks TLS, with this certificate, on a second port. */
  public static MockRegistry startTls(TestCertificate certificate) {
    return start(
        WireMockConfiguration.options()
            .dynamicPort()
            .dynamicHttpsPort()
            .keystoreType("PKCS12")
            .keystorePath(certificate.keyStore().toString())
            .keystorePassword(TestCertificate.PASSWORD)
            .keyManagerPassword(TestCertificate.PASSWORD));
  }

  private static MockRegistry start(WireMockConfiguration options) {
    WireMockServer server =
        new WireMockServer(options.bindAddress("127.0.0.1").containerThreads(20));
    server.start();
    return new MockRegistry(server);
  }

  /** {@code HOST:PORT} for plain http. */
  public String host() {
    return "127.0.0.1:" + server.port();
  }

  /** {@code HOST:PORT} for TLS. */
  public String tlsHost() {
    return "127.0.0.1:" + server.httpsPort();
  }

  /** The tag {@code t} of the repository. */
  public Reference reference() {
    return Reference.parse(host() + "/r:t");
  }

  /** Answers reads of the image and its parts. */
  public MockRegistry holds(TestImage image) {
    fallback(
        get(urlMatching("/v2/r/manifests/.*"))
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", image.manifest().mediaType().value())
                    .withBody(image.manifest().bytes())));
    fallback(
        get(urlMatching("/v2/r/blobs/" + image.layer().digest()))
            .willReturn(aResponse().withBody(image.layerBytes())));
    fallback(
        get(urlMatching("/v2/r/blobs/" + image.config().digest()))
            .willReturn(aResponse().withBody(image.configBytes())));
    return this;
  }

  /** Takes every push; upload sessions are at {@code /upload?_state=s}. */
  public MockRegistry takes() {
    fallback(head(urlMatching("/v2/r/blobs/.*")).willReturn(aResponse().withStatus(404)));
    fallback(
        post(urlMatching("/v2/r/blobs/uploads/"))
            .willReturn(aResponse().withStatus(202).withHeader("Location", "/upload?_state=s")));
    fallback(put(urlPathMatching("/upload")).willReturn(aResponse().withStatus(201)));
    fallback(put(urlMatching("/v2/r/manifests/.*")).willReturn(aResponse().withStatus(201)));
    return this;
  }

  /** Refuses everybody who shows no or another Authorization header than this. */
  public MockRegistry wants(String authorization) {
    return challenges(Pattern.quote(authorization), "Basic realm=\"tests\"");
  }

  /** Refuses everybody whose Authorization header is missing or does not match, with challenges. */
  public MockRegistry challenges(String pattern, String... challenges) {
    ResponseDefinitionBuilder refusal = refusal(challenges);
    server.stubFor(
        any(anyUrl())
            .atPriority(1)
            .withHeader("Authorization", notMatching(pattern))
            .willReturn(refusal));
    server.stubFor(
        any(anyUrl()).atPriority(1).withHeader("Authorization", absent()).willReturn(refusal));
    return this;
  }

  /** The answer 401 with challenges, each in a header of its own. */
  public static ResponseDefinitionBuilder refusal(String... challenges) {
    ResponseDefinitionBuilder refusal =
        aResponse().withStatus(401).withHeader("Set-Cookie", "session=1; Path=/");
    return challenges.length == 0 ? refusal : refusal.withHeader("WWW-Authenticate", challenges);
  }

  private void fallback(MappingBuilder mapping) {
    server.stubFor(mapping.atPriority(FALLBACK));
  }

  /** Answers something in its own way, before all that is usual. */
  public MockRegistry answers(MappingBuilder mapping) {
    server.stubFor(mapping.atPriority(2));
    return this;
  }

  /** Answers something in its own way to everybody, also to those it wants credentials of. */
  public MockRegistry insists(MappingBuilder mapping) {
    server.stubFor(mapping.atPriority(1));
    return this;
  }

  /** All requests, in the order they came. */
  public List<LoggedRequest> requests() {
    List<LoggedRequest> requests = new ArrayList<>();
    server.getAllServeEvents().forEach(event -> requests.add(event.getRequest()));
    Collections.reverse(requests);
    return requests;
  }

  /** Method and target of all requests, in the order they came. */
  public List<String> lines() {
    return requests().stream().map(r -> r.getMethod() + " " + r.getUrl()).toList();
  }

  /** The values of a header in all requests, empty where it was missing. */
  public List<String> headers(String name) {
    return requests().stream().map(r -> r.containsHeader(name) ? r.getHeader(name) : "").toList();
  }

  @Override
  public void close() {
    server.stop();
  }
}
