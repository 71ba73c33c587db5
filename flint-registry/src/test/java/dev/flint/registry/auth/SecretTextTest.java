package dev.flint.registry.auth;

import dev.flint.registry.testing.Secrets;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What somebody could write into a log one day. */
class SecretTextTest {
  private static final Secrets SECRETS = Secrets.of("T0ken").andBasic("u", "s3cret");

  @Test
  void noValueShowsASecretAsText() throws Exception {
    Credential.Basic basic = new Credential.Basic("u", "s3cret");
    TokenRequest request =
        new TokenRequest(
            URI.create("https://h/t?x=T0ken"), Optional.empty(), "s", Scopes.of(Scope.catalog()));
    SECRETS.assertAbsentIn(
        basic,
        new Credential.IdentityToken("T0ken"),
        new Credential.RegistryToken("T0ken"),
        Authorization.lasting(basic.header()),
        new Authorization("Bearer T0ken", "s", Scopes.NONE, Instant.EPOCH, Instant.EPOCH),
        TokenReply.parse("{\"token\":\"T0ken\"}".getBytes(StandardCharsets.UTF_8), "h"),
        request,
        request.get(Optional.of(basic)),
        request.refresh("T0ken"),
        request.password(basic));
  }
}
