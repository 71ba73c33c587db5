package dev.flint.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.Credential;
import dev.flint.registry.auth.HeldToken;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.registry.testing.DockerRegistrySettings;
import dev.flint.registry.testing.JwtMint;
import dev.flint.registry.testing.Secrets;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TestClient;
import dev.flint.registry.testing.TestImage;
import dev.flint.registry.testing.TokenServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docker-registry with a token server: RS256 and x5c. */
class TokenRegistryIT {
  private static final String PASSWORD = "ver-y-secret";
  private static final String BASIC = "Basic dTp2ZXIteS1zZWNyZXQ=";
  // How every token begins whose header does.
  private static final Secrets SECRETS = Secrets.of("eyJ", "Id3ntity").andBasic("u", PASSWORD);

  @TempDir Path folder;
  private TestCertificate signer;
  private TestImage image;
  private TestClient developer;
  private TestClient device;

  @BeforeEach
  void prepare() throws IOException {
    signer = TestCertificate.rsa(folder.resolve("signer"));
    image = TestImage.ofLayerSize(3_000_000);
    developer = new TestClient(Files.createDirectory(folder.resolve("developer")));
    device = new TestClient(Files.createDirectory(folder.resolve("device")));
  }

  @Test
  void pushesAndPullsWithAPassword() throws IOException {
    try (TokenServer tokens = TokenServer.start(JwtMint.of(signer)).wants(BASIC);
        DockerRegistry registry = start(tokens)) {
      developer.login(registry.host(), "u", PASSWORD);
      device.login(registry.host(), "u", PASSWORD);
      roundTrip(Reference.parse(registry.host() + "/a/b:1"));
      assertEquals(
          List.of("repository:a/b:pull", "repository:a/b:pull,push", "repository:a/b:pull"),
          tokens.requests().stream().map(r -> String.join(" ", r.values("scope"))).toList());
    }
  }

  /** A10. */
  @Test
  void pushesAndPullsWithAnIdentityToken() throws IOException {
    try (TokenServer tokens = TokenServer.start(JwtMint.of(signer)).wantsIdentity("Id3ntity");
        DockerRegistry registry = start(tokens)) {
      developer.credential(new Credential.IdentityToken("Id3ntity"));
      device.credential(new Credential.IdentityToken("Id3ntity"));
      roundTrip(Reference.parse(registry.host() + "/r:1"));
    }
  }

  /** A10. */
  @Test
  void pullsWithAReadyToken() throws IOException {
    JwtMint mint = JwtMint.of(signer);
    try (TokenServer tokens = TokenServer.start(mint);
        DockerRegistry registry = start(tokens)) {
      String token = mint.token(0, List.of("repository:r:pull,push"));
      developer.credential(new Credential.RegistryToken(token));
      device.credential(new Credential.RegistryToken(token));
      roundTrip(Reference.parse(registry.host() + "/r:1"));
      assertEquals(List.of(), tokens.requests());
      Reference other = Reference.parse(registry.host() + "/other:1");
      SECRETS.assertFails(ErrorCode.AUTH, () -> device.pull(other));
    }
  }

  /** B7: every other token is over when it comes. */
  @Test
  void goesOnWhenTokensEnd() throws IOException {
    JwtMint mint = JwtMint.of(signer).stale(number -> number % 2 == 1);
    try (TokenServer tokens = TokenServer.start(mint);
        DockerRegistry registry = start(tokens)) {
      Reference reference = Reference.parse(registry.host() + "/r:1");
      image = TestImage.ofLayerSize(100_000);
      // The first token is the answer to a challenge, which is tried once.
      image.putInto(developer.images().layout(), reference);
      SECRETS.assertFails(ErrorCode.AUTH, () -> device.pull(reference));
      RegistryClient client = developer.client();
      assertTrue(client.repository(reference).resolve(reference).isEmpty());
      developer.push(client, reference);
    }
  }

  /** B8. */
  @Test
  void whoMayOnlyReadIsTold() throws IOException {
    JwtMint mint = JwtMint.of(signer).granting(scope -> !scope.contains("push"));
    try (TokenServer tokens = TokenServer.start(mint);
        DockerRegistry registry = start(tokens)) {
      Reference reference = Reference.parse(registry.host() + "/r:1");
      image.putInto(developer.images().layout(), reference);
      RegistryClient client = developer.client();
      FlintException e =
          SECRETS.assertFails(ErrorCode.AUTH, () -> developer.push(client, reference));
      assertEquals("the account may not do this here", e.remedy());
      HeldToken held = client.access(registry.host(), "r").tokens().get(0);
      assertEquals("repository:r:pull,push", held.asked().toString());
      assertEquals("", held.granted().orElseThrow().toString());
      SECRETS.assertAbsentIn(held);
    }
  }

  @Test
  void aWrongPasswordIsRefusedByTheTokenServer() throws IOException {
    try (TokenServer tokens = TokenServer.start(JwtMint.of(signer)).wants(BASIC);
        DockerRegistry registry = start(tokens)) {
      Reference reference = Reference.parse(registry.host() + "/r:1");
      device.login(registry.host(), "u", "wr0ng-one");
      Secrets.of()
          .andBasic("u", "wr0ng-one")
          .assertFails(ErrorCode.AUTH, () -> device.pull(reference));
    }
  }

  @Test
  void listsRepositoriesWithTheRightForIt() throws IOException {
    try (TokenServer tokens = TokenServer.start(JwtMint.of(signer));
        DockerRegistry registry = start(tokens)) {
      roundTrip(Reference.parse(registry.host() + "/from/here:1"));
      Names names = developer.client().catalog(registry.host()).repositories();
      assertEquals(List.of("from/here"), names.names());
    }
  }

  private DockerRegistry start(TokenServer tokens) {
    return DockerRegistry.start(
        folder.resolve("registry"), new DockerRegistrySettings().tokens(tokens, signer));
  }

  private void roundTrip(Reference reference) throws IOException {
    image.putInto(developer.images().layout(), reference);
    assertEquals(image.manifest(), developer.push(reference));
    assertEquals(image.manifest(), device.pull(reference));
    assertArrayEquals(image.layerBytes(), device.images().layout().read(image.layer()));
  }
}
