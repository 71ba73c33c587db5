package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers in a registry's place: the page of a proxy, a hotel or a login. */
class WebPageTest {
  @TempDir Path folder;
  private final MockRegistry registry = MockRegistry.start();
  private TestClient user;

  @BeforeEach
  void user() throws IOException {
    user = new TestClient(folder);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @ParameterizedTest
  @CsvSource({
    "text/html; charset=utf-8, <!doctype html><title>Welcome</title>, text/html",
    "text/html, '', text/html",
    "text/html, 'please log in', text/html",
    "Text/HTML, '  <html>', text/html",
    "application/json, <html>, a text that begins with <",
    "'', ' <?xml version=\"1.0\"?>', a text that begins with <",
  })
  void isToldApartFromARegistry(String type, String body, String what) {
    ResponseDefinitionBuilder page = aResponse().withBody(body);
    registry.insists(
        any(anyUrl()).willReturn(type.isEmpty() ? page : page.withHeader("Content-Type", type)));
    Reference digest = registry.reference().withDigest(Digest.sha256(new byte[] {1}));
    told(what, () -> user.pull(registry.reference()));
    told(what, () -> user.pull(digest));
    told(what, () -> user.client().repository(registry.reference()).tags());
    told(what, () -> user.client().catalog(registry.host()).repositories());
  }

  private String told(String what, Executable action) {
    FlintException e = assertFails(ErrorCode.PROTOCOL, action);
    String message = String.valueOf(e.getMessage());
    String end = ": the answer of " + registry.host() + " is not JSON but " + what;
    assertTrue(message.startsWith("cannot ") && message.endsWith(end), message);
    assertTrue(e.remedy().contains("login page"), e.remedy());
    return message;
  }

  @Test
  void isToldApartFromATokenServer() {
    registry
        .challenges("Bearer .*", "Bearer realm=\"http://" + registry.host() + "/token\"")
        .insists(
            get(urlPathEqualTo("/token"))
                .willReturn(
                    aResponse().withHeader("Content-Type", "text/html").withBody("<html>secret")));
    String message = told("text/html", () -> user.pull(registry.reference()));
    assertTrue(message.startsWith("cannot get a token for "), message);
  }

  /** A login would keep a password that nobody has seen, and say that everybody is let in. */
  @Test
  void isToldApartFromAnOpenRegistry() {
    registry.insists(
        any(anyUrl())
            .willReturn(aResponse().withHeader("Content-Type", "text/html").withBody("<html>")));
    told("text/html", () -> user.client().access(registry.host(), ""));
  }

  /** One says {@code true}, and that it is HTML; others say nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"true", "", "{}", "OK"})
  void anOpenRegistryMaySayAnything(String body) throws IOException {
    registry.insists(
        any(anyUrl())
            .willReturn(aResponse().withHeader("Content-Type", "text/html").withBody(body)));
    assertEquals(200, user.client().access(registry.host(), "").status());
  }

  /** Servers of plain files give JSON any type. */
  @Test
  void jsonIsTakenWhateverItIsCalled() throws IOException {
    TestImage image = TestImage.ofLayerSize(10);
    registry
        .holds(image)
        .answers(
            get(urlPathEqualTo("/v2/r/tags/list"))
                .willReturn(okJson(" {\"tags\":[\"a\"]}").withHeader("Content-Type", "text/html")));
    assertEquals(new Names(List.of("a"), 0), user.client().repository(registry.reference()).tags());
  }
}
