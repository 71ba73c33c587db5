package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.demo.DemoGuest;
import dev.flint.registry.testing.DockerRegistry;
import dev.flint.registry.testing.DockerRegistrySettings;
import dev.flint.registry.testing.JwtMint;
import dev.flint.registry.testing.Secrets;
import dev.flint.registry.testing.TestCertificate;
import dev.flint.registry.testing.TokenServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a user does at a registry that wants tokens, nothing shows or keeps a secret. */
class SecretsIT {
  private static final String PASSWORD = "Pa55-of-the-user";

  @TempDir Path folder;

  /** What one is worth knowing: all that came, in whole and by their signatures. */
  private final List<String> tokens = Collections.synchronizedList(new ArrayList<>());

  private final StringBuilder shown = new StringBuilder();

  /** A15. */
  @Test
  void nothingShowsAPasswordOrAToken() throws Exception {
    TestCertificate signer = TestCertificate.rsa(folder.resolve("signer"));
    JwtMint mint = JwtMint.of(signer);
    String basic = "Basic " + encoded("u:" + PASSWORD);
    try (TokenServer server = TokenServer.start((n, scopes) -> kept(mint.token(n, scopes)));
        DockerRegistry registry =
            DockerRegistry.start(
                folder.resolve("registry"),
                new DockerRegistrySettings().tokens(server.wants(basic), signer))) {
      Path disk = folder.resolve("disk.qcow2");
      DemoGuest.writeQcow2(disk, "/hello.so");
      Cli user = new Cli(Files.createDirectory(folder.resolve("user")));
      user.with("FLINT_USERNAME", "u").with("FLINT_PASSWORD", PASSWORD);
      String image = registry.host() + "/a/b:1";
      run(0, user, "import", "--disk", disk.toString(), image);
      run(0, user, "push", image);
      run(0, user, "pull", image);
      run(0, user, "tags", registry.host() + "/a/b");
      run(0, user, "digest", image);
      run(0, user, "manifest", "get", image);
      run(0, user, "attach", image, disk.toString(), "--artifact-type", "x/y");
      run(0, user, "referrers", image);
      run(0, user, "copy", image, registry.host() + "/c:2");
      run(0, user, "auth", "explain", registry.host() + "/a/b");
      run(0, user, "auth", "explain", registry.host() + "/a/b", "--json");
      run(4, user, "pull", registry.host() + "/a/b:none");
      assertFalse(tokens.isEmpty());

      user.with("FLINT_PASSWORD", PASSWORD + "x");
      run(5, user, "pull", image);
      run(5, user, "push", image);
      run(5, user, "auth", "explain", registry.host() + "/a/b");
      user.with("DOCKER_AUTH_CONFIG", "{\"auths\":{\"" + PASSWORD).with("FLINT_USERNAME", "");
      run(5, user, "pull", image);
    }
    assertTrue(shown.toString().contains("\tat "), "no stack trace was printed");
    Secrets secrets =
        Secrets.of(Stream.concat(Stream.of(PASSWORD), tokens.stream()).toArray(String[]::new))
            .andBasic("u", PASSWORD);
    secrets.assertAbsentIn(shown);
    try (Stream<Path> files = Files.walk(folder.resolve("user"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        secrets.assertAbsentIn(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
  }

  private String kept(String token) {
    tokens.add(token);
    tokens.add(token.substring(token.lastIndexOf('.') + 1));
    return token;
  }

  private void run(int exit, Cli user, String... args) {
    String[] words = Stream.concat(Stream.of("--debug"), Stream.of(args)).toArray(String[]::new);
    Cli.Result result = user.run(words);
    assertEquals(exit, result.exit(), () -> result.out() + result.err());
    shown.append(result.out()).append(result.err());
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
