package dev.flint.oci.yaml;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonListing;
import dev.flint.oci.json.JsonObject;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlWriterTest {
  private static String written(JsonObject json) {
    return written(new JsonListing(json, "", List.of()));
  }

  private static String written(JsonListing json) {
    StringWriter text = new StringWriter();
    assertDoesNotThrow(() -> YamlWriter.write(json, text));
    return text.toString();
  }

  private static JsonObject back(String yaml) throws FlintException {
    List<JsonObject> documents = YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "written");
    assertEquals(1, documents.size(), yaml);
    return documents.get(0);
  }

  @Test
  void looksAsAPersonWouldWriteIt() {
    JsonObject json =
        JsonObject.empty()
            .with("schema", "images/v1")
            .withObjects(
                "images",
                List.of(
                    JsonObject.empty()
                        .with("reference", "localhost:5000/demo/web:1.0")
                        .with("size", 1234)
                        .withStrings("platforms", List.of("linux/amd64"))
                        .withStrings("none", List.of())));
    assertEquals(
        """
        schema: images/v1
        images:
        - reference: localhost:5000/demo/web:1.0
          size: 1234
          platforms:
          - linux/amd64
          none: []
        """,
        written(json));
  }

  @Test
  void aListThatGoesOnIsOneList() {
    JsonObject one = JsonObject.empty().with("n", 1);
    JsonObject two = JsonObject.empty().with("n", 2);
    JsonObject begun = JsonObject.empty().withObjects("list", List.of(one)).with("sum", 3);
    assertEquals(
        written(begun.withObjects("list", List.of(one, two))),
        written(new JsonListing(begun, "list", List.of(two))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "~",
        "null",
        "true",
        "Yes",
        "no",
        "off",
        "y",
        "12",
        "0x1f",
        "0o7",
        "1e3",
        ".5",
        "-",
        "- a",
        "2026-11-22",
        "2026-11-22T06:00:00Z",
        "12:30:45",
        "1_000",
        "<<",
        "=",
        "a: b",
        "a #b",
        "#",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%",
        "@",
        "`",
        "'",
        "\"",
        "\\",
        "a\nb",
        "\t",
        "a ",
        "\u001b[31m",
        "\u202e",
        "\u0085",
        "\ufeff",
        "ä",
        "日本",
        "\ud83d\ude00",
        "---",
        "...",
        "{a}",
        "[a]",
        "a,b",
        "?",
        "? a"
      })
  void aStringStaysOne(String text) throws FlintException {
    JsonObject json = JsonObject.empty().with("value", text).with(text + "k", 1);
    String yaml = written(json);
    assertEquals(json, back(yaml), yaml);
    assertTrue(yaml.chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~')), yaml);
  }

  @Test
  void whatIsReadBackIsWhatWasWritten() throws FlintException {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 3000; round++) {
      JsonObject json =
          JsonObject.parse(
              object(random, 0).toString().getBytes(StandardCharsets.UTF_8), "a random object");
      String yaml = written(json);
      assertEquals(json, back(yaml), yaml);
    }
  }

  private static JsonObject object(SplittableRandom random, int depth) {
    JsonObject json = JsonObject.empty();
    int members = random.nextInt(6);
    for (int i = 0; i < members; i++) {
      String name = text(random);
      json =
          switch (random.nextInt(depth > 4 ? 4 : 6)) {
            case 0 -> json.with(name, random.nextLong());
            case 1 -> json.with(name, random.nextBoolean());
            case 2 -> json.withStrings(name, texts(random));
            case 3 -> json.with(name, text(random));
            case 4 -> json.with(name, object(random, depth + 1));
            default -> json.withObjects(name, objects(random, depth + 1));
          };
    }
    return json;
  }

  private static List<JsonObject> objects(SplittableRandom random, int depth) {
    List<JsonObject> all = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      all.add(object(random, depth));
    }
    return all;
  }

  private static List<String> texts(SplittableRandom random) {
    List<String> all = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      all.add(text(random));
    }
    return all;
  }

  private static String text(SplittableRandom random) {
    String alphabet = "ab: -[]{}&*!|>'\"%@#,?\n  01.<~\t\\ux\r\u0000\u001b\u0085\u2028é😀_e+";
    int[] points = alphabet.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    // Long ones too, which YAML has another form of keys for.
    for (int i = random.nextInt(random.nextInt(20) == 0 ? 300 : 8); i > 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }
}
