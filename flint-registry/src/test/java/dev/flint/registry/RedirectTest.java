package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a registry may send those who read. */
class RedirectTest {
  private static final byte[] NONE = {};

  @TempDir Path folder;
  private TestClient user;
  private TestImage image;

  @BeforeEach
  void prepare() throws IOException {
    user = new TestClient(folder);
    image = TestImage.ofLayerSize(1000);
  }

  /** C20. */
  @Test
  void stopsInALoop() throws IOException {
    try (FaultServer server =
        FaultServer.start(x -> x.reply(307, "Location: " + x.target(), NONE))) {
      refused(server, ErrorCode.NETWORK);
      assertEquals(6, server.requests().size());
    }
  }

  /** C20. */
  @Test
  void stopsAfterAFewOfThirtyHops() throws IOException {
    try (FaultServer server =
        FaultServer.start(x -> x.reply(302, "Location: " + x.target() + "x", NONE))) {
      refused(server, ErrorCode.NETWORK);
      assertEquals(6, server.requests().size());
    }
  }

  @Test
  void followsFiveHops() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              String target = x.target();
              if (target.endsWith("/hhhhh")) {
                x.reply(200, "", image.layerBytes());
              } else {
                x.reply(307, "Location: " + (target.startsWith("/v2") ? "/h" : target + "h"), NONE);
              }
            })) {
      try (InputStream in = repository(server).blob(image.layer())) {
        assertArrayEquals(image.layerBytes(), in.readAllBytes());
      }
    }
  }

  /** C20. */
  @Test
  void aRelativeLocationWithASignatureArrivesAsItIs() throws IOException {
    String signed = "/s%2Ft?X-Sig=a%2Fb+c%3D%3D&e=&&t";
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (x.target().equals(signed)) {
                x.reply(200, "", image.layerBytes());
              } else {
                x.reply(307, "Location: " + signed + "#fragment", NONE);
              }
            })) {
      repository(server).blob(image.layer()).close();
      assertEquals(
          List.of("GET /v2/r/blobs/" + image.layer().digest(), "GET " + signed), server.requests());
    }
  }

  /** C20. */
  @ParameterizedTest
  @CsvSource({
    "file:///etc/passwd, POLICY",
    "https://user:pw@127.0.0.1/x, POLICY",
    "http://169.254.169.254/latest/meta-data, POLICY",
    "'', PROTOCOL",
    "http://[, PROTOCOL",
  })
  void refusesToGo(String location, ErrorCode code) throws IOException {
    String header = location.isEmpty() ? "" : "Location: " + location;
    try (FaultServer server = FaultServer.start(x -> x.reply(307, header, NONE))) {
      FlintException e = refused(server, code);
      assertTrue(!String.valueOf(e.getMessage()).contains("pw"), e.getMessage());
      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void followsAHeadToo() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              if (x.target().equals("/moved")) {
                x.send("HTTP/1.1 200 OK\r\nContent-Length: " + image.layer().size() + "\r\n\r\n");
              } else {
                x.reply(307, "Location: /moved", NONE);
              }
            })) {
      assertTrue(repository(server).has(image.layer()));
      assertEquals("HEAD /moved", server.requests().get(1));
    }
  }

  /** C20: from https to http, which no other host may lead to either. */
  @Test
  void refusesToGoWhereAnybodyCanListen() throws IOException {
    TestCertificate certificate = TestCertificate.create(folder.resolve("tls"), "IP:127.0.0.1");
    try (FaultServer plain = FaultServer.start(x -> x.reply(200, "", NONE));
        MockRegistry secure = MockRegistry.startTls(certificate)) {
      String elsewhere = plain.host().replace("127.0.0.1", "localhost");
      secure.answers(
          get(anyUrl())
              .willReturn(
                  aResponse()
                      .withStatus(307)
                      .withHeader("Location", "http://" + elsewhere + "/x")));
      user.trusting(certificate.pem()).plainHttp(false);
      Reference reference = Reference.parse(secure.tlsHost() + "/r:t");
      assertFails(ErrorCode.POLICY, () -> user.pull(reference));
      user.assertHasNothing();
      assertEquals(List.of(), plain.requests());
    }
  }

  /** D23: a blob, too, small enough to be sent twice or not. */
  @ParameterizedTest
  @ValueSource(ints = {1000, 9 << 20})
  void carriesABlobOnWithinTheOrigin(int size) throws IOException {
    TestImage large = TestImage.ofLayerSize(size);
    try (FaultServer server =
        FaultServer.start(
            x -> {
              byte[] body = x.body();
              if (x.target().startsWith("/elsewhere")) {
                assertArrayEquals(large.layerBytes(), body);
                x.reply(201, "", NONE);
              } else if (x.method().equals("POST")) {
                x.reply(202, "Location: /upload?s=1", NONE);
              } else {
                x.reply(307, "Location: /elsewhere?s=a%2Fb", NONE);
              }
            })) {
      byte[] bytes = large.layerBytes();
      repository(server).putBlob(large.layer(), () -> new ByteArrayInputStream(bytes), n -> {});
      assertEquals(
          List.of(
              "POST /v2/r/blobs/uploads/",
              "PUT /upload?s=1&digest=" + large.layer().digest(),
              "PUT /elsewhere?s=a%2Fb"),
          server.requests());
    }
  }

  /** D23. */
  @ParameterizedTest
  @ValueSource(ints = {307, 308})
  void carriesAWriteOnWithItsBodyWithinTheOrigin(int status) throws IOException {
    try (FaultServer server =
        FaultServer.start(
            x -> {
              byte[] body = x.body();
              if (x.target().startsWith("/elsewhere")) {
                assertArrayEquals(image.manifest().bytes(), body);
                x.reply(201, "", NONE);
              } else {
                x.reply(status, "Location: /elsewhere?s=a%2Fb", NONE);
              }
            })) {
      repository(server).tag(Reference.parse(server.host() + "/r:t"), image.manifest());
      assertEquals(List.of("PUT /v2/r/manifests/t", "PUT /elsewhere?s=a%2Fb"), server.requests());
    }
  }

  /** D23: an image is not handed to whomever a registry names. */
  @ParameterizedTest
  @ValueSource(ints = {307, 308})
  void refusesToCarryAWriteToAnotherOrigin(int status) throws IOException {
    try (FaultServer other = FaultServer.start(x -> x.reply(201, "", NONE));
        FaultServer server =
            FaultServer.start(
                x -> {
                  x.body();
                  x.reply(status, "Location: http://" + other.host() + "/x", NONE);
                })) {
      assertFails(
          ErrorCode.PROTOCOL,
          () -> repository(server).tag(Reference.parse(server.host() + "/r:t"), image.manifest()));
      assertEquals(List.of(), other.requests());
    }
  }

  /** D23. */
  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303})
  void refusesToCarryAWriteElsewhere(int status) throws IOException {
    image.putInto(user.images().layout(), Reference.parse("x/y:t"));
    try (FaultServer server =
        FaultServer.start(
            x -> {
              x.body();
              x.reply(status, "Location: /elsewhere", NONE);
            })) {
      RegistryRepository repository = repository(server);
      assertFails(
          ErrorCode.PROTOCOL,
          () -> repository.tag(Reference.parse(server.host() + "/r:t"), image.manifest()));
      assertFails(
          ErrorCode.PROTOCOL,
          () ->
              repository.putBlob(image.layer(), () -> user.images().blob(image.layer()), n -> {}));
      assertEquals(
          List.of("PUT /v2/r/manifests/t", "POST /v2/r/blobs/uploads/"), server.requests());
    }
  }

  private RegistryRepository repository(FaultServer server) throws IOException {
    return user.client().repository(Reference.parse(server.host() + "/r"));
  }

  private FlintException refused(FaultServer server, ErrorCode code) throws IOException {
    Reference reference = Reference.parse(server.host() + "/r:t");
    FlintException e = assertFails(code, () -> user.pull(reference));
    user.assertHasNothing();
    return e;
  }
}
