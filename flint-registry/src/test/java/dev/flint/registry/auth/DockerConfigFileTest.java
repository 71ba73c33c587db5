package dev.flint.registry.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "r.example:5000, r.example:5000",
    "r.example:5000, https://r.example:5000",
    "r.example:5000, http://r.example:5000",
    "r.example:5000, https://r.example:5000/",
    "r.example, https://r.example/v1/",
    "r.example, https://r.example/v2/",
    "r.example, r.example/v2",
    "docker.io, https://index.docker.io/v1/",
    "docker.io, docker.io",
    "docker.io, index.docker.io",
    "index.docker.io, https://index.docker.io/v1/",
    "[::1]:5000, [::1]:5000",
  })
  void findsEveryFormOfKey(String host, String key) throws IOException {
    assertEquals(
        Optional.of(new Credential.Basic("u", "p")), entry(key, auth("u:p")).find(host, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "r.example, r.example:5000",
    "r.example:5000, r.example",
    "r.example, evil.r.example",
    "r.example, r.example.evil",
    "r.example, r.example/namespace",
    "r.example, https://index.docker.io/v1/",
    "registry-1.docker.io.evil, https://index.docker.io/v1/",
    "docker.io, registry.docker.io",
  })
  void takesNobodyElsesEntry(String host, String key) throws IOException {
    assertEquals(Optional.empty(), entry(key, auth("u:p")).find(host, ""));
  }

  /** A9: a password with colons works. */
  @ParameterizedTest
  @CsvSource({"u:p, u, p", "u:a:b::, u, a:b::", ":p, '', p", "u:, u, ''", "ü:€, ü, €"})
  void splitsAtTheFirstColon(String text, String username, String secret) throws IOException {
    assertEquals(
        Optional.of(new Credential.Basic(username, secret)), entry("h", auth(text)).find("h", ""));
  }

  @Test
  void trimsTheZeroBytesOldDockersAdded() throws IOException {
    assertEquals(
        Optional.of(new Credential.Basic("u", "p")), entry("h", auth("u:p\0\0")).find("h", ""));
  }

  @Test
  void readsUsernameAndPassword() throws IOException {
    assertEquals(
        Optional.of(new Credential.Basic("u", "p:q")),
        entry("h", "{\"username\":\"u\",\"password\":\"p:q\"}").find("h", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"auths\":null}",
        "{\"auths\":{}}",
        "{\"auths\":{\"h\":{}}}",
        "{\"auths\":{\"h\":null}}",
        "{\"auths\":{\"h\":{\"auth\":\"\"}}}",
        "{\"auths\":{\"h\":{\"username\":\"u\"}}}",
        "{\"credsStore\":\"desktop\",\"auths\":{\"h\":{}},\"HttpHeaders\":{\"a\":\"b\"}}",
      })
  void findsNothingWhereThereIsNothing(String text) throws IOException {
    assertEquals(Optional.empty(), file(text).find("h", ""));
  }

  @Test
  void anEmptyEntryDoesNotHideAnotherFormOfTheKey() throws IOException {
    DockerConfigFile file = file("{\"auths\":{\"h\":{},\"https://h\":" + auth("u:p") + "}}");
    assertEquals(Optional.of(new Credential.Basic("u", "p")), file.find("h", ""));
  }

  /** A8, A9, A15. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "null",
        "{",
        "{\"auths\":{\"h\":{\"auth\":\"c2VjcmV0",
        "\ufeff{}",
        "{} {}",
        "{\"auths\":[]}",
        "{\"auths\":{\"h\":\"c2VjcmV0\"}}",
        "{\"auths\":{\"h\":{\"auth\":7}}}",
        "{\"auths\":{\"h\":{\"auth\":c2VjcmV0}}}",
        "{\"auths\":{\"h\":{\"auth\":\"!c2VjcmV0\"}}}",
        "{\"auths\":{\"h\":{\"auth\":\"c2VjcmV0\"}}}",
        "{\"auths\":{\"h\":{\"username\":1,\"password\":\"secret\"}}}",
        "{\"auths\":{\"h\":{\"auth\":\"c2VjcmV0\",\"auth\":\"c2VjcmV0\"}}}",
      })
  void namesAFileItCannotUnderstandAndNoneOfItsSecrets(String text) throws IOException {
    DockerConfigFile file = file(text);
    FlintException e = assertThrows(FlintException.class, () -> file.find("h", ""));
    assertEquals(ErrorCode.AUTH, e.code());
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(folder.resolve("config.json").toString()), message);
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    assertFalse(trace.toString().contains("c2VjcmV0"), trace.toString());
    assertFalse(trace.toString().contains("secret"), trace.toString());
  }

  @Test
  void doesNotReadAHugeFile() throws IOException {
    DockerConfigFile file = file("{\"x\":\"" + "a".repeat(5 << 20) + "\"}");
    assertEquals(
        ErrorCode.AUTH, assertThrows(FlintException.class, () -> file.find("h", "")).code());
  }

  @Test
  void aFolderInPlaceOfTheFileIsAnError() throws IOException {
    Path config = Files.createDirectory(folder.resolve("config.json"));
    FlintException e =
        assertThrows(FlintException.class, () -> new DockerConfigFile(config).find("h", ""));
    assertEquals(ErrorCode.AUTH, e.code());
  }

  @Test
  void aMissingFileIsAnonymous() throws IOException {
    assertEquals(
        Optional.empty(), new DockerConfigFile(folder.resolve("x/config.json")).find("h", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "r.example, a/b/c, r.example/a/b/c, r.example/a/b",
    "r.example, a/b/c, r.example/a/b, r.example/a",
    "r.example, a/b/c, r.example/a, r.example",
    "r.example:5000, a, r.example:5000/a, https://r.example:5000",
    "docker.io, a/b, docker.io/a, https://index.docker.io/v1/",
    "docker.io, b, docker.io/library/b, docker.io/library",
    "docker.io, b, docker.io/library, docker.io",
  })
  void theLongestNamespaceWins(String host, String repository, String longer, String shorter)
      throws IOException {
    DockerConfigFile file =
        file(
            "{\"auths\":{\"%s\":%s,\"%s\":%s}}"
                .formatted(shorter, auth("shorter:p"), longer, auth("longer:p")));
    assertEquals(Optional.of(new Credential.Basic("longer", "p")), file.find(host, repository));
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, r.example/a/b/c",
    "a/b, r.example/b",
    "ab/c, r.example/a",
    "a, r.example:5000/a",
    "a, docker.io/a",
    "'', r.example/a",
  })
  void aNamespaceIsNotForARepositoryOutsideOfIt(String repository, String key) throws IOException {
    assertEquals(Optional.empty(), entry(key, auth("u:p")).find("r.example", repository));
  }

  /** A10, storage side: how they are used is the token flow's part. */
  @ParameterizedTest
  @CsvSource({
    "'{\"identitytoken\":\"t\"}', identity token",
    "'{\"auth\":\"dTpw\",\"identitytoken\":\"t\"}', identity token",
    "'{\"auth\":\"\",\"identitytoken\":\"t\",\"registrytoken\":\"\"}', identity token",
    "'{\"registrytoken\":\"t\"}', registry token",
    "'{\"auth\":\"dTpw\",\"registrytoken\":\"t\"}', registry token",
    "'{\"auth\":\"dTpw\",\"identitytoken\":\"\"}', password of u",
  })
  void tellsTokensFromPasswords(String entry, String expected) throws IOException {
    Credential found = entry("h", entry).find("h", "").orElseThrow();
    assertEquals(expected, found.toString());
    if (found instanceof Credential.IdentityToken token) {
      assertEquals("t", token.token());
    } else if (found instanceof Credential.RegistryToken token) {
      assertEquals("t", token.token());
    }
  }

  @Test
  void theTextOfACredentialShowsNoSecret() {
    assertEquals("password of u", new Credential.Basic("u", "secret").toString());
  }

  @Test
  void basicIsBase64OfUtf8() {
    assertEquals("Basic dTrDvA==", new Credential.Basic("u", "ü").header());
  }

  private DockerConfigFile entry(String key, String entry) throws IOException {
    return file("{\"auths\":{\"" + key + "\":" + entry + "}}");
  }

  private DockerConfigFile file(String text) throws IOException {
    return new DockerConfigFile(
        Files.writeString(folder.resolve("config.json"), text, StandardCharsets.UTF_8));
  }

  private static String auth(String pair) {
    return "{\"auth\":\""
        + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))
        + "\"}";
  }
}
