package dev.flint.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.registry.http.Reply;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChallengeTest {
  /** B1, B2: each scheme with its parameters, sorted. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      delimiter = '|',
      value = {
        "Basic realm=\"x\"                            | basic{realm=x}",
        "BASIC realm=\"x\"                            | basic{realm=x}",
        "basic                                        | basic{}",
        "  Basic   realm=x                            | basic{realm=x}",
        "Basic realm=\"\"                             | basic{realm=}",
        "Bearer realm=\"r\",service=\"s\",scope=\"a b\" | bearer{realm=r, scope=a b, service=s}",
        "Bearer scope=\"a\" , Realm = \"r\"           | bearer{realm=r, scope=a}",
        "bearer\trealm\t=\t\"r\"\t,\tservice=s        | bearer{realm=r, service=s}",
        "Bearer realm=https://h/t?a=b,service=h:1     | bearer{realm=https://h/t?a=b, service=h:1}",
        "Bearer realm=\"a\\\"b\\\\c\\d\"              | bearer{realm=a\"b\\cd}",
        "Bearer realm=\"r\" service=\"s\"             | bearer{realm=r, service=s}",
        "Bearer realm=\"r\",realm=\"other\"           | bearer{realm=r}",
        "Bearer realm=\"x, basic realm=y\"            | bearer{realm=x, basic realm=y}",
        "Bearer realm=\"x\\\", basic y\"              | bearer{realm=x\", basic y}",
        "Bearer realm=\"r\", Basic realm=\"y\"        | bearer{realm=r} basic{realm=y}",
        "Basic realm=\"y\",Bearer realm=\"r\",scope=s | basic{realm=y} bearer{realm=r, scope=s}",
        ",, Basic realm=y ,, Bearer realm=r ,         | basic{realm=y} bearer{realm=r}",
        "Negotiate, Basic realm=\"y\"                 | negotiate{} basic{realm=y}",
        "Negotiate abc==, Basic realm=\"y\"           | negotiate{} basic{realm=y}",
        "Negotiate a/b+c=, Basic realm=\"y\"          | negotiate{} basic{realm=y}",
        "Basically realm=x                            | basically{realm=x}",
        "realm=\"x\"                                  | ''",
        "Bearer realm=\"never ends                    | bearer{realm=never ends}",
        "Bearer realm=\"ends in \\                    | bearer{realm=ends in \\}",
        "Bearer realm=                                | bearer{}",
        "Basic realm=x, \"junk\", Bearer realm=y      | basic{realm=x}",
        "= = =                                        | ''",
        "\"                                           | ''",
        "''                                           | ''",
      })
  void readsEverySpelling(String header, String expected) {
    assertEquals(expected, text(Challenge.of(reply(header))));
  }

  @Test
  void readsEveryHeader() {
    assertEquals(
        "bearer{realm=x} basic{realm=y}",
        text(Challenge.of(reply("Bearer realm=\"x\"", "Basic realm=\"y\""))));
    assertEquals(List.of(), Challenge.of(reply()));
  }

  @Test
  void aHugeHeaderIsReadInOneGo() {
    String header = "Bearer realm=\"" + "\\\"".repeat(100_000) + "\"" + ",a=b".repeat(100_000);
    assertEquals(1, Challenge.of(reply(header)).size());
    assertEquals(100_000, Challenge.of(reply("a,".repeat(100_000))).size());
  }

  /** B2. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      delimiter = '|',
      value = {
        "Basic realm=a, Bearer realm=b | bearer",
        "Bearer realm=b, Basic realm=a | bearer",
        "Bearer, Basic realm=a         | basic",
        "Bearer realm=\"\", BASIC      | basic",
        "Bearer scope=x                | none",
        "Negotiate, NTLM               | none",
        "Digest realm=x, Basic realm=x | basic",
      })
  void prefersATokenToAPassword(String header, String scheme) {
    Optional<Challenge> best = Challenge.best(Challenge.of(reply(header)));
    assertEquals(scheme, best.map(Challenge::scheme).orElse("none"));
  }

  @Test
  void knowsWhatIsDemanded() {
    Challenge challenge =
        Challenge.of(
                reply("Bearer realm=r,scope=\"repository:a/b:pull aws\",error=insufficient_scope"))
            .get(0);
    assertEquals("repository:a/b:pull aws", challenge.scopes().toString());
    assertTrue(challenge.wantsMoreRights());
  }

  private static String text(List<Challenge> challenges) {
    return challenges.stream()
        .map(one -> one.scheme() + new TreeMap<>(one.parameters()))
        .collect(Collectors.joining(" "));
  }

  private static Reply reply(String... challenges) {
    return new Reply(
        URI.create("https://h/v2/"),
        401,
        Map.of("www-authenticate", List.of(challenges)),
        InputStream.nullInputStream());
  }
}
