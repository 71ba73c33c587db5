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
    "a.b/c, xa--2eb/c",
    "a.b/c.d, xa--2eb/c.d",
    "A.b/c, x--41--2eb/c",
    "a/A.b, a/x--41--2eb",
    "a/Ab.c-d_e, a/x--41b.c-d_e",
    "localhost, localhost",
    "localhost/a, x--6cocalhost/a",
    "a/localhost, a/localhost",
    "My App:1, x--4dy--20--41pp--3a1",
    "a__b, xa--5f--5fb",
    "x__41, xx--5f--5f41",
    "a--b, xa--2d--2db",
    "A, x--41",
    "a..b, xa--2e--2eb",
    "a_, xa--5f",
    "é, x--c3--a9",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef,"
        + " x--30123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
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
        "a--b",
        "x--41b--",
        "x--4",
        "x--",
        "x--zz",
        "xa--62",
        "x--4A",
        "x--ff",
        "x--2e--2e",
        "x--2e--2e/a",
        "x--2fa",
        "x--00",
        "a.b/c",
        "localhost/a",
        "x--61",
        "xa--2eb",
        "a/xa--2eb",
        "../a",
        "xé--41",
        "x--2da"
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

  /** U5: local name. */
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
