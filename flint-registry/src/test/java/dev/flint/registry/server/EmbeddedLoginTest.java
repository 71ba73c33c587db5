package dev.flint.registry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.registry.server.RawRegistry.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that wants a login. */
final class EmbeddedLoginTest {
  @TempDir Path folder;

  private EmbeddedRegistry registry(boolean anonymousPull) throws IOException {
    Path users = Htpasswd.write(folder.resolve("users"), Htpasswd.ACCOUNT);
    return new EmbeddedRegistry(
        folder.resolve("registry"), ServerSettings.OPEN.withHtpasswd(users, anonymousPull));
  }

  private static void assertWantsLogin(Answer answer) {
    answer.is(401);
    assertEquals("Basic realm=\"flint\"", answer.header("WWW-Authenticate"));
    assertEquals("registry/2.0", answer.header("Docker-Distribution-API-Version"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v2/",
    "GET,/v2/_catalog",
    "GET,/v2/x/tags/list",
    "GET,/v2/x/manifests/v1",
    "HEAD,/v2/x/manifests/v1",
    "POST,/v2/x/blobs/uploads/",
    "DELETE,/v2/x/manifests/v1",
    "GET,/nowhere",
    "GET,/metrics",
    "OPTIONS,/v2/",
  })
  void wantsALoginForEverything(String method, String path) throws IOException {
    try (EmbeddedRegistry registry = registry(false)) {
      assertWantsLogin(registry.raw.send(method, path));
      assertWantsLogin(registry.raw.as("user", "wrong").send(method, path));
      assertEquals(List.of(), registry.blobs("x"));
    }
  }

  @Test
  void saysInTheUsualFormThatALoginIsMissing() throws IOException {
    try (EmbeddedRegistry registry = registry(false)) {
      assertEquals("UNAUTHORIZED", registry.raw.get("/v2/").is(401).problem());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Basic", "Basic ", "Basic !", "Basic dXNlcg==", "Basic /zo=", "Bearer abc", ""})
  void takesAMalformedLoginForNone(String header) throws IOException {
    try (EmbeddedRegistry registry = registry(false)) {
      assertWantsLogin(registry.raw.get("/v2/", "Authorization", header));
    }
  }

  @Test
  void servesWhoIsLoggedIn() throws IOException {
    try (EmbeddedRegistry registry = registry(false)) {
      RawRegistry raw = registry.raw.as("user", "p:w");
      Document image = raw.image("x", "content");
      raw.pushManifest("x", "v1", image).is(201);
      raw.manifest("x", "v1").is(200);
      raw.delete("/v2/x/manifests/v1").is(202);
    }
  }

  @Test
  void letsEverybodyReadIfItIsTold() throws IOException {
    try (EmbeddedRegistry registry = registry(true)) {
      RawRegistry own = registry.raw.as("user", "p:w");
      own.pushManifest("x", "v1", own.image("x", "content")).is(201);
      for (RawRegistry reader : List.of(registry.raw, registry.raw.as("", ""))) {
        reader.manifest("x", "v1").is(200);
        reader.get("/v2/x/tags/list").is(200);
        assertWantsLogin(reader.send("POST", "/v2/x/blobs/uploads/"));
        assertWantsLogin(reader.delete("/v2/x/manifests/v1"));
        // Else clients that ask only here would never log in.
        assertWantsLogin(reader.get("/v2/"));
      }
      assertWantsLogin(registry.raw.as("user", "wrong").manifest("x", "v1"));
    }
  }

  @Test
  void showsNoPasswordInItsLog() throws IOException {
    try (EmbeddedRegistry registry = registry(false)) {
      registry.raw.as("user", "p:w").pushBlob("x", new byte[9], MediaType.OCTET_STREAM);
      registry.raw.as("user", "wrong-password").get("/v2/").is(401);
      String log = String.join("\n", registry.log);
      assertFalse(log.contains("p:w") || log.contains("wrong-password") || log.contains("Basic"));
    }
  }
}
