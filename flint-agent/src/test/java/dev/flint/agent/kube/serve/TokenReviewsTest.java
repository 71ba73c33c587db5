package dev.flint.agent.kube.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.kube.api.ApiAccess;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.agent.kube.api.Credential;
import dev.flint.agent.kube.testing.FakeApiServer;
import dev.flint.agent.kube.testing.User;
import dev.flint.registry.server.SettableClock;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TokenReviewsTest {
  @Test
  void remembersGoodTokensWhateverTokensAreMadeUp() throws Exception {
    try (FakeApiServer server = FakeApiServer.start()) {
      server.users().token("t-agent", User.node("node1"));
      server.users().token("t-ann", new User("ann", List.of()));
      ApiAccess access =
          new ApiAccess(
              URI.create(server.url()),
              Optional.empty(),
              true,
              "",
              new Credential.Token("t-agent"));
      try (ApiClient api = new ApiClient(access, "test")) {
        TokenReviews reviews = new TokenReviews(api, new SettableClock());
        assertEquals("ann", reviews.caller("t-ann").orElseThrow().name());
        for (int i = 0; i < 1001; i++) {
          assertTrue(reviews.caller("x" + i).isEmpty());
        }
        assertEquals("ann", reviews.caller("t-ann").orElseThrow().name());
        assertTrue(reviews.caller("x1000").isEmpty());
        assertEquals(1002, server.log().all("POST", "/tokenreviews").size());
      }
    }
  }
}
