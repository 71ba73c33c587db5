package dev.flint.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "repository:a/b:pull                   | repository:a/b:pull",
        "repository:a/b:push,pull              | repository:a/b:pull,push",
        "repository:h:5000/b:pull              | repository:h:5000/b:pull",
        "repository(plugin):a:pull             | repository(plugin):a:pull",
        "registry:catalog:*                    | registry:catalog:*",
        "aws                                   | aws",
        "repository::pull                      | repository::pull",
        "repository:a:pull repository:b:pull   | repository:a:pull repository:b:pull",
        "repository:a:pull repository:a:push   | repository:a:pull,push",
        "x  y   x                              | x y",
      })
  void readsAndWrites(String text, String same) {
    assertEquals(same, Scopes.parse(text).toString());
  }

  @Test
  void putsTheFirstOnesFirst() {
    Scopes demanded = Scopes.of(Scope.repository("b", "push"));
    Scopes needed = Scopes.of(Scope.repository("a", "pull"), Scope.repository("b", "pull"));
    assertEquals("repository:b:pull,push repository:a:pull", demanded.union(needed).toString());
    assertEquals("registry:catalog:*", Scopes.of(Scope.catalog()).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "repository:a:pull,push   | repository:a:pull                   | true",
        "repository:a:pull        | repository:a:pull,push              | false",
        "repository:a:*           | repository:a:delete                 | true",
        "repository:a:pull        | repository:b:pull                   | false",
        "repository:a:pull aws    | aws                                 | true",
        "repository:a:pull        | aws                                 | false",
        "repository:a:pull,push b | repository:a:push b repository:a:pull | true",
      })
  void covers(String wide, String narrow, boolean covers) {
    assertEquals(covers, Scopes.parse(wide).covers(Scopes.parse(narrow)));
  }

  @Test
  void aDemandOfEverythingIsCutShort() {
    StringBuilder text = new StringBuilder("x".repeat(10_000));
    for (int i = 0; i < 1000; i++) {
      text.append(" repository:r").append(i).append(":pull");
    }
    Scopes scopes = Scopes.parse(text.toString());
    assertEquals(16, scopes.all().size());
    assertEquals(16, scopes.union(Scopes.parse("a b c")).bounded().all().size());
  }
}
