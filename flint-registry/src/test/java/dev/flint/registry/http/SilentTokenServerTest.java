package dev.flint.registry.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.registry.testing.FaultServer;
import dev.flint.registry.testing.Secrets;
import dev.flint.registry.testing.TestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SilentTokenServerTest {
  @TempDir Path folder;

  /** B6: timeout. */
  @Test
  void aTokenServerThatDoesNotAnswerIsGivenUp() throws IOException {
    try (FaultServer server =
        FaultServer.start(
            exchange -> {
              if (exchange.target().startsWith("/token")) {
                exchange.readUntilClosed();
              } else {
                String challenge = "WWW-Authenticate: Bearer realm=\"/token\"";
                exchange.reply(401, challenge, new byte[0]);
              }
            })) {
      TestClient user =
          new TestClient(folder)
              .login(server.host(), "u", "s3cret")
              .via(new Http("flint/test", Optional.empty(), Duration.ofSeconds(1)));
      Secrets.of()
          .andBasic("u", "s3cret")
          .assertFails(ErrorCode.NETWORK, () -> user.pull(Reference.parse(server.host() + "/r:t")));
      assertEquals(
          List.of("GET /v2/r/manifests/t", "GET /token?scope=repository%3Ar%3Apull&account=u"),
          server.requests().stream().distinct().toList());
    }
  }
}
