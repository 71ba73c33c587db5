package dev.flint.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.client.WireMock;
import dev.flint.registry.http.Reply;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WarningsTest {
  private final List<String> shown = new ArrayList<>();
  private final Warnings warnings = new Warnings(shown::add);

  private void reply(String... values) {
    warnings.noted(
        new Reply(
            URI.create("https://r.example/v2/"),
            200,
            Map.of("warning", List.of(values)),
            InputStream.nullInputStream()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "299 - \"gone on Monday\" | gone on Monday",
        "299 - \"say \\\"please\\\", \\\\o/\" | say \"please\", \\o/",
        "  299 - \"x\"   | x",
      })
  void showsTheText(String header, String text) {
    reply(header);
    assertEquals(List.of("r.example warns: " + text), shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "299 - gone",
        "299 - \"\"",
        "299 - \"open",
        "299 - \"open\\\"",
        "299 - \"open\\",
        "299 - \"x\" \"Mon, 1 Jan 2026 00:00:00 GMT\"",
        "299 agent \"x\"",
        "199 - \"x\"",
        "299 - \"\u001b[31mred\"",
        "299 - \"a\\\nb\"",
        "299 - \"a\u009bb\"",
      })
  void passesOverWhatIsNotOfTheKnownForm(String header) {
    reply(header);
    assertEquals(List.of(), shown);
  }

  /** C35. */
  @Test
  void aHundredWarningsAreShownOnceEachUpToALimit() {
    for (int i = 0; i < 100; i++) {
      reply("299 - \"" + i % 10 + "\"", "299 - \"again\"");
    }
    assertEquals(11, shown.size());
    for (int i = 0; i < 100; i++) {
      reply("299 - \"" + i + "x".repeat(100) + "\"");
    }
    assertTrue(shown.size() < 60, "shown: " + shown.size());
    assertTrue(shown.stream().mapToInt(String::length).sum() < 6000);
  }

  /** C35, on the wire: whatever the request, and nothing is done because of it. */
  @Test
  void aPullPassesOnWhatTheRegistryWarnsOf(@TempDir Path folder) throws IOException {
    try (MockRegistry registry = MockRegistry.start()) {
      registry.answers(
          WireMock.get(WireMock.urlPathEqualTo("/v2/r/tags/list"))
              .willReturn(
                  WireMock.okJson("{\"tags\":[\"a\"]}")
                      .withHeader("Warning", "299 - \"one\"", "299 - \"\\two\"")));
      RegistryClient client = new TestClient(folder).client().warning(shown::add);
      RegistryRepository repository = client.repository(registry.reference());
      assertEquals(List.of("a"), repository.tags().names());
      assertEquals(List.of("a"), repository.tags().names());
      String host = registry.host();
      assertEquals(List.of(host + " warns: one", host + " warns: two"), shown);
    }
  }
}
