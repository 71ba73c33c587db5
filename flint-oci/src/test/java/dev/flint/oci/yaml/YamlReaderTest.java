package dev.flint.oci.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlReaderTest {
  private static List<JsonObject> read(String yaml) throws FlintException {
    return YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "pod.yaml");
  }

  private static String only(String yaml) throws FlintException {
    List<JsonObject> documents = read(yaml);
    assertEquals(1, documents.size());
    return documents.get(0).toString();
  }

  private static FlintException failure(String yaml) {
    return assertThrows(FlintException.class, () -> read(yaml));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: 1|{\"a\":1}",
        "a: -1|{\"a\":-1}",
        "a: +7|{\"a\":7}",
        "a: 0400|{\"a\":256}",
        "a: 0o17|{\"a\":15}",
        "a: 0x1f|{\"a\":31}",
        "a: 089|{\"a\":89}",
        "a: 0.5|{\"a\":0.5}",
        "a: .5|{\"a\":0.5}",
        "a: 1e3|{\"a\":1E+3}",
        "a: 1e99999|{\"a\":\"1e99999\"}",
        "a: 500m|{\"a\":\"500m\"}",
        "a: 1.2.3|{\"a\":\"1.2.3\"}",
        "a: .|{\"a\":\".\"}",
        "a: ++1|{\"a\":\"++1\"}",
        "a: true|{\"a\":true}",
        "a: yes|{\"a\":\"yes\"}",
        "a: off|{\"a\":\"off\"}",
        "a: ~|{\"a\":null}",
        "a:|{\"a\":null}",
        "a: \"1\"|{\"a\":\"1\"}",
        "a: !!str 1|{\"a\":\"1\"}",
        "a: 2026-11-21|{\"a\":\"2026-11-21\"}",
        "a: [1, {b: c}]|{\"a\":[1,{\"b\":\"c\"}]}",
        "a: &x {b: 1}\\nc: *x|{\"a\":{\"b\":1},\"c\":{\"b\":1}}",
        "{\"a\": {\"b\": []}}|{\"a\":{\"b\":[]}}",
      })
  void readsAWordAsKubernetesDoes(String yaml, String json) throws FlintException {
    assertEquals(json, only(yaml.replace("\\n", "\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: 1\\na: 2|pod.yaml, line 2: a key that is there already",
        "a: *x|pod.yaml, line 1: an alias of nothing before it",
        "a: &x {b: *x}|pod.yaml, line 1: an alias of nothing before it",
        "a: &x {b: 1}\\nc:\\n  <<: *x|pod.yaml, line 3: merge keys (<<) are not supported",
        "a: !!java.net.URL x|pod.yaml, line 1: tags other than !!str are not supported",
        "a: !x y|pod.yaml, line 1: tags are not supported",
        "? [a]\\n: b|pod.yaml, line 1: a key that is no string",
      })
  void namesTheLineOfWhatItRefuses(String yaml, String message) {
    assertEquals(message, failure(yaml.replace("\\n", "\n")).getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a: [", "a: b: c", "\ta: 1", "a: 'x", "- - -\n a", "%YAML 3.0\n---\na: 1"})
  void refusesWhatIsNoYaml(String yaml) {
    assertEquals(ErrorCode.PROTOCOL, failure(yaml).code());
  }

  @Test
  void readsDocumentsOneAfterTheOtherAndLeavesOutEmptyOnes() throws FlintException {
    List<JsonObject> documents = read("---\n---\na: 1\n---\n# nothing\n---\nb: |\n  x\n  y\n...\n");
    assertEquals("[{\"a\":1}, {\"b\":\"x\\ny\\n\"}]", documents.toString());
  }

  @Test
  void refusesTextThatIsNotUtf8OrHasForbiddenCharacters() {
    assertThrows(
        FlintException.class, () -> YamlReader.read(new byte[] {'a', (byte) 0xff}, "pod.yaml"));
    assertEquals(ErrorCode.PROTOCOL, failure("a: \u0001").code());
    assertEquals(ErrorCode.PROTOCOL, failure("a: \"\\uD800\"").code());
  }

  @Test
  void refusesABillionLaughs() {
    StringBuilder yaml = new StringBuilder("a: &a [lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (char c = 'b'; c < 'l'; c++) {
      String previous = "*" + (char) (c - 1);
      yaml.append(c).append(": &").append(c).append(" [").append(previous);
      yaml.append((", " + previous).repeat(7)).append("]\n");
    }
    assertEquals(ErrorCode.POLICY, failure(yaml.toString()).code());
  }

  @Test
  void refusesDeepNesting() {
    assertEquals(ErrorCode.POLICY, failure("a: " + "[".repeat(100_000)).code());
    assertEquals(ErrorCode.POLICY, failure("{a: ".repeat(100_000)).code());
    assertEquals(ErrorCode.POLICY, failure("- ".repeat(1000) + "a").code());
  }

  @Test
  void takesAStringOfAMebibyteAndRefusesALongerStream() throws FlintException {
    assertTrue(only("a: " + "x".repeat(1024 * 1024)).length() > 1024 * 1024);
    FlintException longer = failure("a: " + "x".repeat(3 * 1024 * 1024));
    assertEquals(ErrorCode.POLICY, longer.code());
    assertTrue(longer.toString().endsWith(" has more than 2 MiB"), longer.toString());
  }

  @Test
  void failsOnlyAsItShouldWhateverTheBytes() {
    String alphabet = "ab: -[]{}&*!|>'\"%@#,?\n\n  01.<~\t\\ux";
    SplittableRandom random = new SplittableRandom(6);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(60)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            round % 10 == 0
                ? (byte) random.nextInt(256)
                : (byte) alphabet.charAt(random.nextInt(alphabet.length()));
      }
      try {
        YamlReader.read(bytes, "fuzz");
      } catch (FlintException e) {
        assertTrue(String.valueOf(e.getMessage()).startsWith("fuzz"), e.getMessage());
      }
    }
  }
}
