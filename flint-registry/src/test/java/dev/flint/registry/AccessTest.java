package dev.flint.registry;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.client.WireMock;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.testing.MockRegistry;
import dev.flint.registry.testing.TestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asking a registry whether it lets us in. */
class AccessTest {
  @TempDir Path folder;
  private final MockRegistry registry = MockRegistry.start();

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void asksWithoutCredentialsFirstAndThenWithThem() throws IOException {
    registry.answers(WireMock.get("/v2/").willReturn(WireMock.ok())).wants("Basic dTpw");
    TestClient user = new TestClient(folder).login(registry.host(), "u", "p");
    Access access = user.client().access(registry.host(), "");
    assertEquals(401, access.anonymous());
    assertEquals(List.of("Basic realm=\"tests\""), access.challenges());
    assertEquals(200, access.status());
    access.require("try");
    String authorization = String.join(" ", registry.headers("Authorization")).strip();
    assertEquals("Basic dTpw", authorization);
  }

  @Test
  void aRepositoryIsAskedForItsTags() throws IOException {
    registry.answers(WireMock.get("/v2/a/b/tags/list?n=1").willReturn(WireMock.ok()));
    assertEquals(200, new TestClient(folder).client().access(registry.host(), "a/b").status());
  }

  @ParameterizedTest
  @CsvSource({
    "'', 401, AUTH",
    "'', 403, AUTH",
    "a, 401, AUTH",
    "a, 403, AUTH",
    "'', 404, PROTOCOL",
    "'', 204, PROTOCOL",
    "'', 429, NETWORK",
    "'', 503, NETWORK",
  })
  void whatIsNoAdmissionIsAFailure(String repository, int status, ErrorCode code)
      throws IOException {
    registry.answers(WireMock.any(WireMock.anyUrl()).willReturn(WireMock.status(status)));
    Access access = new TestClient(folder).client().access(registry.host(), repository);
    FlintException e = assertFails(code, () -> access.require("log in"));
    assertTrue(String.valueOf(e.getMessage()).startsWith("cannot log in: "), e.getMessage());
  }

  @Test
  void aRepositoryThatIsNotThereIsOpen() throws IOException {
    new TestClient(folder).client().access(registry.host(), "none").require("open");
  }
}
