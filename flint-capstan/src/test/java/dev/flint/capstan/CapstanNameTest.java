package dev.flint.capstan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CapstanNameTest {
  private static final String LEGAL =
      "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*";

  /** Mostly what the escape treats specially, so that random names meet every rule. */
  private static final List<String> PIECES =
      List.of(
          "a",
          "b",
          "x",
          "z",
          "0",
          "9",
          "e",
          "f",
          "2e",
          ".",
          "..",
          "-",
          "--",
          "_",
          "__",
          "___",
          "/",
          "A",
          "Z",
          ":",
          " ",
          "$",
          "%",
          "@",
          "\\",
          "é",
          "ß",
          "中",
          "\ud83d\ude00",
          "localhost",
          "x__",
          "__2e",
          "__41",
          "0123456789abcdef",
          "\u00a0",
          "\u2028",
          "\ufeff",
          "'",
          "\"");

  @ParameterizedTest
  @CsvSource({
    "web, web",
    "web/app, web/app",
    "cloudius/osv-nginx, cloudius/osv-nginx",
    "a.b, a.b",
    "a.b/c, xa__2eb/c",
    "a.b/c.d, xa__2eb/c.d",
    "A.b/c, x__41__2eb/c",
    "a/A.b, a/x__41__2eb",
    "a/Ab.c-d_e, a/x__41b.c-d_e",
    "localhost, localhost",
    "localhost/a, x__6cocalhost/a",
    "a/localhost, a/localhost",
    "My App:1, x__4dy__20__41pp__3a1",
    "a__b, xa__5f__5fb",
    "x__41, xx__5f__5f41",
    "A, x__41",
    "a--b, a--b",
    "a..b, xa__2e__2eb",
    "a_, xa__5f",
    "é, x__c3__a9",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef,"
        + " x__30123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  })
  void mapsToARepositoryAndBack(String name, String repository) {
    assertEquals(repository, CapstanName.parse(name).toRepository());
    assertEquals(Optional.of(CapstanName.parse(name)), CapstanName.fromRepository(repository));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a//b",
        "A",
        "a__b",
        "x__41b__",
        "x__4",
        "x__",
        "x__zz",
        "xa__62",
        "x__4A",
        "x__ff",
        "x__2e__2e",
        "x__2e__2e/a",
        "x__2fa",
        "x__00",
        "a.b/c",
        "localhost/a",
        "x__61",
        "xa__2eb",
        "a/xa__2eb",
        "../a",
        "xé__41",
        "x__2da"
      })
  void knowsNoNameForARepositoryItNeverMakes(String repository) {
    assertEquals(Optional.empty(), CapstanName.fromRepository(repository));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/..",
        "a/../b",
        ".hidden",
        "a/.flint-x",
        "-rf",
        "a/-b",
        "a\0b",
        "a\nb",
        "a\tb",
        "a\u007fb",
        "a\u0085b",
        "\ud800",
        "a\udc00b"
      })
  void refusesANameThatIsNoPlainPath(String text) {
    var e = assertThrows(IllegalArgumentException.class, () -> CapstanName.parse(text));
    assertTrue(
        String.valueOf(e.getMessage()).chars().noneMatch(Character::isISOControl), e.getMessage());
  }

  @Test
  void refusesNamesLongerThanAFileSystemTakes() {
    assertEquals(255, CapstanName.parse("a".repeat(127) + "/" + "b".repeat(127)).text().length());
    assertThrows(IllegalArgumentException.class, () -> CapstanName.parse("a/" + "b".repeat(241)));
    assertThrows(
        IllegalArgumentException.class, () -> CapstanName.parse("é".repeat(64) + "/é".repeat(64)));
    assertThrows(IllegalArgumentException.class, () -> CapstanName.parse("a".repeat(1 << 20)));
  }

  @Test
  void splitsIntoComponents() {
    CapstanName name = CapstanName.parse("ns/sub/App 1");
    assertEquals(List.of("ns", "sub", "App 1"), name.components());
    assertEquals("App 1", name.base());
    assertEquals("ns/sub/App 1", name.toString());
  }

  @Test
  void everyRandomNameHasALegalRepositoryOfItsOwn() {
    Random random = new Random(42);
    Map<String, String> names = new HashMap<>();
    for (int round = 0; round < 50_000; round++) {
      Optional<CapstanName> name = CapstanName.valid(randomText(random));
      if (name.isEmpty()) {
        continue;
      }
      String repository = name.get().toRepository();
      assertTrue(repository.matches(LEGAL), () -> name + " -> " + repository);
      assertFalse(readsAsSomethingElse(repository), () -> name + " -> " + repository);
      assertEquals(name, CapstanName.fromRepository(repository));
      String other = names.put(repository, name.get().text());
      if (!name.get().text().equals(other)) {
        assertNull(other, () -> name + " and " + other + " -> " + repository);
      }
    }
    assertTrue(names.size() > 10_000, "too few names were tried: " + names.size());
  }

  @Test
  void everyRandomRepositoryIsOneNamesOrNone() {
    Random random = new Random(43);
    for (int round = 0; round < 50_000; round++) {
      String repository = randomText(random);
      CapstanName.fromRepository(repository)
          .ifPresent(name -> assertEquals(repository, name.toRepository()));
    }
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(7); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  private static boolean readsAsSomethingElse(String repository) {
    int slash = repository.indexOf('/');
    if (slash < 0) {
      return repository.matches("[a-f0-9]{64}");
    }
    String first = repository.substring(0, slash);
    return first.contains(".") || first.contains(":") || first.equals("localhost");
  }
}
