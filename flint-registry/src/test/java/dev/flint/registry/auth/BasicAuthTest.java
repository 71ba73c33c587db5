package dev.flint.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BasicAuthTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "'Basic realm=\"x\"', true",
        "'BASIC realm=\"x\"', true",
        "'basic', true",
        "'  Basic   realm=x', true",
        "'Bearer realm=\"x\", Basic realm=\"y\"', true",
        "'Bearer realm=\"x\",Basic realm=\"y\"', true",
        "'Bearer realm=\"x\"', false",
        "'Bearer realm=\"x, basic realm=y\"', false",
        "'Bearer realm=\"x\\\", basic y\"', false",
        "'Basically realm=\"x\"', false",
        "'Negotiate', false",
        "'', false",
        "'\"', false",
      })
  void knowsABasicChallenge(String header, boolean basic) {
    assertEquals(basic, BasicAuth.asksFor("basic", reply(List.of(header))));
  }

  @Test
  void looksAtEveryHeader() {
    assertEquals(
        true,
        BasicAuth.asksFor("basic", reply(List.of("Bearer realm=\"x\"", "Basic realm=\"y\""))));
    assertEquals(false, BasicAuth.asksFor("basic", reply(List.of())));
  }

  @Test
  void showsNothingBeforeItIsAskedAndThenTheSameEachTime() throws IOException {
    BasicAuth auth = auth("{\"auths\":{\"h\":{\"auth\":\"dTpw\"}}}");
    assertEquals(Optional.empty(), auth.header("h"));
    Reply challenge = reply(List.of("Basic realm=\"x\""));
    assertEquals(Optional.of("Basic dTpw"), auth.answer("h", challenge));
    assertEquals(Optional.of("Basic dTpw"), auth.header("h"));
    assertEquals(Optional.of("Basic dTpw"), auth.answer("h", challenge));
    assertEquals(Optional.empty(), auth.header("other"));
    assertEquals(Optional.empty(), auth.answer("other", challenge));
  }

  @Test
  void doesNotShowAPasswordToWhoWantsAToken() throws IOException {
    BasicAuth auth = auth("{\"auths\":{\"h\":{\"auth\":\"dTpw\"}}}");
    assertEquals(Optional.empty(), auth.answer("h", reply(List.of("Bearer realm=\"x\""))));
    assertEquals(Optional.empty(), auth.header("h"));
  }

  private BasicAuth auth(String config) throws IOException {
    return new BasicAuth(
        new DockerConfigFile(Files.writeString(folder.resolve("config.json"), config)));
  }

  private static Reply reply(List<String> challenges) {
    return new Reply(
        URI.create("https://h/v2/"),
        401,
        Map.of("www-authenticate", challenges),
        InputStream.nullInputStream());
  }
}
