package dev.flint.registry;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of tags and of repositories, however a registry gives them. */
class TagListTest {
  private static final String FIRST = "/v2/r/tags/list?n=1000";

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

  private Names tags() throws IOException {
    return user.client().repository(registry.reference()).tags();
  }

  private void page(String url, String tags, String link) {
    ResponseDefinitionBuilder answer = okJson("{\"name\":\"r\",\"tags\":" + tags + "}");
    registry.answers(
        get(urlEqualTo(url)).willReturn(link.isEmpty() ? answer : answer.withHeader("Link", link)));
  }

  /** C33: unsorted; the registry's order is kept. */
  @Test
  void keepsTheOrderOfTheRegistry() throws IOException {
    page(FIRST, "[\"b\",\"a\",\"C\"]", "");
    assertEquals(List.of("b", "a", "C"), tags().names());
  }

  /** C33: null. */
  @ParameterizedTest
  @ValueSource(strings = {"null", "[]"})
  void noTagsAreAnEmptyList(String none) throws IOException {
    page(FIRST, none, "");
    assertEquals(new Names(List.of(), 0), tags());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</v2/r/tags/list?last=b&n=2>; rel=\"next\"",
        "<?last=b&n=2>; rel=\"next\"",
        "<list?last=b&n=2>; rel=next",
        "<http://HOST/v2/r/tags/list?last=b&n=2>; rel=\"next\"",
        "<//HOST/v2/r/tags/list?last=b&n=2>; rel=\"next\"",
      })
  void followsALinkHoweverItIsWritten(String link) throws IOException {
    page(FIRST, "[\"a\",\"b\"]", link.replace("HOST", registry.host()));
    page("/v2/r/tags/list?last=b&n=2", "[]", "<?last=c>; rel=\"next\"");
    page("/v2/r/tags/list?last=c", "[\"d\"]", "");
    assertEquals(List.of("a", "b", "d"), tags().names());
  }

  /** C33: Link loop. */
  @Test
  void aLinkLoopEndsTheList() throws IOException {
    page(FIRST, "[\"a\"]", "<?last=a>; rel=\"next\"");
    page("/v2/r/tags/list?last=a", "[\"b\"]", "<" + FIRST + ">; rel=\"next\"");
    assertEquals(List.of("a", "b"), tags().names());
    assertEquals(2, registry.lines().size());
  }

  /** C33: Link to another host, or to another port or scheme of this one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.0.2.1/v2/r/tags/list",
        "https://HOST/v2/r/tags/list",
        "http://127.0.0.1:1/v2/r/tags/list",
        "http://169.254.169.254/latest",
        "//evil.example/x",
        "http://user:pw@HOST/v2/r/tags/list",
        "file:///etc/passwd",
        "mailto:a@b.example",
      })
  void aLinkToAnotherOriginIsRefused(String target) {
    page(FIRST, "[\"a\"]", "<" + target.replace("HOST", registry.host()) + ">; rel=\"next\"");
    assertFails(ErrorCode.POLICY, this::tags);
    assertEquals(1, registry.lines().size());
  }

  @Test
  void aMalformedLinkIsTold() {
    page(FIRST, "[\"a\"]", "<:bad url%>; rel=\"next\"");
    assertFails(ErrorCode.PROTOCOL, this::tags);
  }

  private static byte[] json(int count) {
    String names =
        IntStream.range(0, count).mapToObj(i -> "\"t" + i + "\"").collect(Collectors.joining(","));
    return ("{\"tags\":[" + names + "]}").getBytes(StandardCharsets.UTF_8);
  }

  private Names tags(FaultServer server) throws IOException {
    return user.client().repository(Reference.parse(server.host() + "/r:t")).tags();
  }

  /** C33: 10^6 tags at once. */
  @Test
  void aMillionTagsInOnePageAreRefused() throws IOException {
    byte[] body = json(1_000_000);
    try (FaultServer server = FaultServer.start(x -> x.reply(200, "", body))) {
      assertFails(ErrorCode.POLICY, () -> tags(server));
    }
  }

  /** C33: 10^6 tags and more in pages, each of a new address. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5000})
  void aListWithoutEndIsRefused(int tagsOfAPage) throws IOException {
    byte[] body = json(tagsOfAPage);
    try (FaultServer server =
        FaultServer.start(x -> x.reply(200, "Link: <" + x.target() + "x>; rel=\"next\"", body))) {
      assertFails(ErrorCode.POLICY, () -> tags(server));
      assertTrue(server.requests().size() <= 2000, "pages: " + server.requests().size());
    }
  }

  @Test
  void manyTagsInPagesAreRead() throws IOException {
    byte[] body = json(1000);
    try (FaultServer server =
        FaultServer.start(
            x ->
                x.reply(
                    200,
                    x.target().length() < FIRST.length() + 100
                        ? "Link: <" + x.target() + "x>; rel=\"next\""
                        : "X: y",
                    body))) {
      assertEquals(101_000, tags(server).names().size());
    }
  }

  @Test
  void leavesOutWhatIsNoTag() throws IOException {
    page(FIRST, "[\"ok\",\"-rf\",\"a b\",\"\\u001b[2J\",\"$(x)\",\"" + "a".repeat(129) + "\"]", "");
    assertEquals(new Names(List.of("ok"), 5), tags());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | {\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]} | NOT_FOUND",
        "404 | <html> | NOT_FOUND",
        "401 | {} | AUTH",
        "403 | {} | AUTH",
        "200 | <html> | PROTOCOL",
        "200 | [] | PROTOCOL",
        "200 | {\"tags\":[1]} | PROTOCOL",
        "200 | {\"tags\":{}} | PROTOCOL",
        "200 | {\"tags\":[]}{} | PROTOCOL",
      })
  void aBadAnswerIsToldInOneLine(int status, String body, ErrorCode code) {
    registry.answers(
        get(urlPathEqualTo("/v2/r/tags/list"))
            .willReturn(aResponse().withStatus(status).withBody(body)));
    assertFails(code, this::tags);
  }

  @Test
  void listsRepositories() throws IOException {
    registry.answers(
        get(urlEqualTo("/v2/_catalog?n=1000"))
            .willReturn(
                okJson("{\"repositories\":[\"b/c\",\"A\",\"a:1\",\"a\",\"../x\"]}")
                    .withHeader("Link", "</v2/_catalog?n=1000&last=a>; rel=\"next\"")));
    registry.answers(
        get(urlEqualTo("/v2/_catalog?n=1000&last=a"))
            .willReturn(okJson("{\"repositories\":[\"d\"]}")));
    assertEquals(
        new Names(List.of("b/c", "a", "d"), 3),
        user.client().catalog(registry.host()).repositories());
  }

  @ParameterizedTest
  @CsvSource({"401, AUTH", "403, AUTH", "404, NOT_FOUND", "405, NETWORK"})
  void saysWhyThereIsNoListOfRepositories(int status, ErrorCode code) {
    registry.answers(
        get(urlPathEqualTo("/v2/_catalog")).willReturn(aResponse().withStatus(status)));
    String remedy =
        assertFails(code, () -> user.client().catalog(registry.host()).repositories()).remedy();
    assertTrue(remedy.contains("list"), remedy);
  }
}
