package dev.flint.capstan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexYamlTest {
  private static final String MEASURED =
      """
      format_version: "1"
      version: "1.0"
      created: 2026-11-21 01:39
      description: 'a: desc'
      build: ""
      """;

  @Test
  void writesTheBytesThatCapstanWrites() {
    IndexYaml index = new IndexYaml("1.0", "2026-11-21 01:39", "a: desc", "", "");
    assertEquals(MEASURED, new String(index.toYaml(), UTF_8));
  }

  @Test
  void readsWhatCapstanWrites() throws Exception {
    assertEquals(
        new IndexYaml("1.0", "2026-11-21 01:39", "a: desc", "", ""),
        IndexYaml.parse(MEASURED.getBytes(UTF_8)));
  }

  @Test
  void readsTheJsonOfTheFeatherAgent() throws Exception {
    assertEquals(
        new IndexYaml("1.0", "2024-05-01T10:00:00Z", "a \"b\" <c>", "none", "Ubuntu"),
        parse(
            "{\"FormatVersion\":\"1\",\"Version\":\"1.0\",\"Created\":\"2024-05-01T10:00:00Z\","
                + "\"Description\":\"a \\\"b\\\" \\u003cc\\u003e\",\"Build\":\"none\","
                + "\"Platform\":\"Ubuntu\"}"));
  }

  @Test
  void readsWhatTheOsvScriptWrites() throws Exception {
    assertEquals(
        new IndexYaml("v0.57", "2019-09-16T07:52:38", "OSv", "scripts/build", "Fedora 33"),
        parse(
            """
            format_version: 1
            version: v0.57
            created: 2019-09-16T07:52:38
            description: OSv
            build: scripts/build
            platform: Fedora 33
            """));
  }

  @ParameterizedTest
  @CsvSource({
    "version: 1, 1",
    "version: 1.10, 1.10",
    "version: 0x1F, 0x1F",
    "version: 1_000, 1_000",
    "version: true, true",
    "version: 2019-09-16, 2019-09-16",
    "version: 2019-09-16T07:52:38Z, 2019-09-16T07:52:38Z",
    "version: 12:30, 12:30",
    "version: .inf, .inf",
    "version: '', ''",
    "version: ~, ''",
    "version: null, ''",
    "'version: ''~''', ~",
    "Version: 3, 3",
    "VERSION: 3, ''",
    "other: 3, ''",
    "'other: [*a, {b: &c !!d x}]', ''",
    "'# nothing', ''",
    "---, ''",
    "'', ''",
  })
  void takesScalarsOfAnyTypeAsTheirText(String yaml, String version) throws Exception {
    assertEquals(version, parse(yaml).version());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version: [1]",
        "version: {a: 1}",
        "a: &a 1\nversion: *a",
        "version: !!binary aGk=",
        "version: !evil x",
        "version: 1\nversion: 2",
        "version: 1\nVersion: 2",
        "version: \"1",
        "version: 'a\n",
        "version: a: b",
        "{version: 1",
        "[version]",
        "text",
        "version: 1\n---\nversion: 2",
        "\tversion: 1",
        "version: @a",
        "\0",
        "version: \"\\xZZ\"",
        "? [a]\n: b",
        "404 page not found: <html> & more: [",
      })
  void refusesWhatItCannotReadInOneLine(String yaml) {
    FlintException e = assertThrows(FlintException.class, () -> parse(yaml));
    assertEquals(ErrorCode.PROTOCOL, e.code());
    assertEquals(1, String.valueOf(e.getMessage()).lines().count(), e.getMessage());
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    byte[] bytes = {'v', 'e', 'r', 's', 'i', 'o', 'n', ':', ' ', (byte) 0xff};
    assertEquals(
        ErrorCode.PROTOCOL,
        assertThrows(FlintException.class, () -> IndexYaml.parse(bytes)).code());
  }

  @Test
  void refusesMoreThanItsLimit() throws Exception {
    String comment = "#" + "x".repeat(IndexYaml.MAX_BYTES - 1);
    assertEquals(IndexYaml.EMPTY, parse(comment));
    assertEquals(
        ErrorCode.POLICY, assertThrows(FlintException.class, () -> parse(comment + "x")).code());
  }

  @Test
  void doesNotFollowAliases() throws Exception {
    StringBuilder bomb = new StringBuilder("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int level = 1; level < 50; level++) {
      String alias = "*l" + (level - 1);
      bomb.append(
          "l%d: &l%d [%s]\n"
              .formatted(level, level, String.join(", ", List.of(alias, alias, alias))));
    }
    assertEquals("1", parse(bomb + "version: 1\n").version());
  }

  @Test
  void survivesDeepNesting() {
    for (String open : List.of("[", "{a: ")) {
      assertThrows(FlintException.class, () -> parse("x: " + open.repeat(10_000)));
    }
  }

  @Test
  void neverFailsOtherwiseOnDamagedFiles() {
    Random random = new Random(7);
    byte[] good = (MEASURED + "platform: {a: [1, \"\\u0041\"]} # c\n").getBytes(UTF_8);
    for (int round = 0; round < 10_000; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        IndexYaml.parse(bad);
      } catch (FlintException e) {
        assertEquals(ErrorCode.PROTOCOL, e.code());
      }
    }
  }

  static List<Arguments> quoting() {
    return List.of(
        Arguments.of("", "\"\""),
        Arguments.of("1.0", "\"1.0\""),
        Arguments.of("1.0.0", "1.0.0"),
        Arguments.of("v1", "v1"),
        Arguments.of("0x1f", "\"0x1f\""),
        Arguments.of("1e3", "\"1e3\""),
        Arguments.of("08", "\"08\""),
        Arguments.of("1_000", "\"1_000\""),
        Arguments.of("12:30", "\"12:30\""),
        Arguments.of("true", "\"true\""),
        Arguments.of("No", "\"No\""),
        Arguments.of("~", "\"~\""),
        Arguments.of("null", "\"null\""),
        Arguments.of(".inf", "\".inf\""),
        Arguments.of("nothing", "nothing"),
        Arguments.of("2026-11-21", "\"2026-11-21\""),
        Arguments.of("2026-11-21 01:39", "2026-11-21 01:39"),
        Arguments.of("2026-11-21 01:39:07", "\"2026-11-21 01:39:07\""),
        Arguments.of("2026-11-21T01:39:07Z", "\"2026-11-21T01:39:07Z\""),
        Arguments.of("2026-11-21T01:39:07+02:00", "\"2026-11-21T01:39:07+02:00\""),
        Arguments.of("2026-11-21T01:39:07.5Z", "\"2026-11-21T01:39:07.5Z\""),
        Arguments.of("a: desc", "'a: desc'"),
        Arguments.of("it's: so", "'it''s: so'"),
        Arguments.of("it's so", "it's so"),
        Arguments.of("a #b", "'a #b'"),
        Arguments.of("a#b", "a#b"),
        Arguments.of("a:b", "a:b"),
        Arguments.of("a:", "'a:'"),
        Arguments.of("- a", "'- a'"),
        Arguments.of("-", "'-'"),
        Arguments.of("-a", "-a"),
        Arguments.of("--env=A=b", "--env=A=b"),
        Arguments.of("---", "'---'"),
        Arguments.of("%a", "'%a'"),
        Arguments.of("@a", "'@a'"),
        Arguments.of("*a", "'*a'"),
        Arguments.of("{a}", "'{a}'"),
        Arguments.of("a {b}, c", "a {b}, c"),
        Arguments.of(" a", "' a'"),
        Arguments.of("a ", "'a '"),
        Arguments.of("\"a\"", "'\"a\"'"),
        Arguments.of("é", "é"),
        Arguments.of("a\nb: c", "\"a\\nb: c\""),
        Arguments.of("a\tb", "\"a\\tb\""),
        Arguments.of("\u001b[31m\\", "\"\\x1B[31m\\\\\""),
        Arguments.of("\u2028", "\"\\u2028\""),
        Arguments.of("\ud83d\ude00", "\"\\U0001F600\""),
        Arguments.of("\ud83d", "\"\ufffd\""));
  }

  @ParameterizedTest
  @MethodSource("quoting")
  void quotesAsCapstanDoes(String text, String yaml) throws Exception {
    IndexYaml index = new IndexYaml(text, "", "", "", "");
    assertEquals(
        "format_version: \"1\"\nversion: "
            + yaml
            + "\ncreated: \"\"\ndescription: \"\"\nbuild: \"\"\n",
        new String(index.toYaml(), UTF_8));
    String readBack = IndexYaml.parse(index.toYaml()).version();
    assertEquals(text.equals("\ud83d") ? "\ufffd" : text, readBack);
  }

  @Test
  void writesAPlatformOnlyWhenThereIsOne() {
    String text = new String(new IndexYaml("", "", "", "b", "Fedora").toYaml(), UTF_8);
    assertTrue(text.endsWith("build: b\nplatform: Fedora\n"), text);
  }

  @Test
  void readsBackWhateverItWrites() throws Exception {
    Random random = new Random(11);
    String alphabet = "ab01.:-_~#'\"\\,[]{}&*!|>%@`?= \t\n\r\0\u0085\u00a0\u2029\ufeffé中yYnN+TZ/";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(9); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      IndexYaml index = new IndexYaml(text.toString(), "", text.reverse().toString(), "", "");
      byte[] yaml = index.toYaml();
      assertEquals(index, IndexYaml.parse(yaml), () -> new String(yaml, UTF_8));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21 01:39, 2026-11-21T01:39:00Z",
    "2026-11-21T01:39:07Z, 2026-11-21T01:39:07Z",
    "2026-11-21T01:39:07+02:00, 2026-11-20T23:39:07Z",
    "2026-11-21T01:39:07.25-01:30, 2026-11-21T03:09:07.250Z",
  })
  void readsBothTimes(String created, Instant expected) {
    assertEquals(Optional.of(expected), new IndexYaml("", created, "", "", "").createdInstant());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "N/A",
        "2019-09-16T07:52:38",
        "2026-02-30 01:39",
        "2026-11-21",
        "2026-11-21 1:39",
        "2026-11-21 01:39:00",
        "yesterday at noon"
      })
  void knowsNoTimeForAnythingElse(String created) {
    assertEquals(Optional.empty(), new IndexYaml("", created, "", "", "").createdInstant());
  }

  @Test
  void writesTheFriendlyTimeInUtc() {
    assertEquals("2026-11-21 01:39", IndexYaml.friendly(Instant.parse("2026-11-21T01:39:59.9Z")));
  }

  private static IndexYaml parse(String yaml) throws FlintException {
    return IndexYaml.parse(yaml.getBytes(UTF_8));
  }
}
