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
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a user does at a registry that wants tokens, nothing shows or keeps a secret. A15. Issue
 * 4, done when 5.
 */
class SecretsIT {
  private static final String PASSWORD = "Pa55-of-the-user";
  private static final String IDENTITY = "Id3ntity-of-the-user";

  @TempDir Path folder;

  /** What one is worth knowing: all that came, in whole and by their signatures. */
  private final List<String> tokens = Collections.synchronizedList(new ArrayList<>());

  private final StringBuilder shown = new StringBuilder();
  private final CommandLines lines = new CommandLines();
  private TokenServer server;
  private DockerRegistry registry;
  private Cli user;
  private String image;
  private String disk;

  @BeforeEach
  void start() throws IOException {
    TestCertificate signer = TestCertificate.rsa(folder.resolve("signer"));
    JwtMint mint = JwtMint.of(signer);
    String basic = PasswordRegistry.header("u", PASSWORD);
    server =
        TokenServer.start((n, scopes) -> kept(mint.token(n, scopes)))
            .wants(basic)
            .wantsIdentity(IDENTITY);
    registry =
        DockerRegistry.start(
            folder.resolve("registry"), new DockerRegistrySettings().tokens(server, signer));
    user = new Cli(Files.createDirectory(folder.resolve("user")));
    image = registry.host() + "/a/b:1";
    Path made = folder.resolve("disk.qcow2");
    DemoGuest.writeQcow2(made, "/hello.so");
    disk = made.toString();
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  private String kept(String token) {
    // Whoever asks for a token holds what it costs.
    lines.look();
    tokens.add(token);
    tokens.add(token.substring(token.lastIndexOf('.') + 1));
    return token;
  }

  private Secrets secrets() {
    assertFalse(tokens.isEmpty());
    return Secrets.of(
            Stream.concat(Stream.of(PASSWORD, IDENTITY), tokens.stream()).toArray(String[]::new))
        .andBasic("u", PASSWORD);
  }

  @Test
  void nothingShowsAPasswordOrAToken() throws IOException {
    user.with("FLINT_USERNAME", "u").with("FLINT_PASSWORD", PASSWORD);
    run(0, "import", "--disk", disk, image);
    run(0, "push", image);
    run(0, "pull", image);
    run(0, "tags", registry.host() + "/a/b");
    run(0, "digest", image);
    run(0, "manifest", "get", image);
    run(0, "attach", image, disk, "--artifact-type", "x/y");
    run(0, "referrers", image);
    run(0, "copy", image, registry.host() + "/c:2");
    run(0, "auth", "explain", registry.host() + "/a/b");
    run(0, "auth", "explain", registry.host() + "/a/b", "--json");
    run(4, "pull", registry.host() + "/a/b:none");

    user.with("FLINT_PASSWORD", PASSWORD + "x");
    run(5, "pull", image);
    run(5, "push", image);
    run(5, "auth", "explain", registry.host() + "/a/b");
    user.with("DOCKER_AUTH_CONFIG", "{\"auths\":{\"" + PASSWORD).with("FLINT_USERNAME", "");
    run(5, "pull", image);

    assertTrue(shown.toString().contains("\tat "), "no stack trace was printed");
    secrets().assertAbsentIn(shown);
    try (Stream<Path> files = Files.walk(folder.resolve("user"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        secrets().assertAbsentIn(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
  }

  private void run(int exit, String... args) {
    String[] words = Stream.concat(Stream.of("--debug"), Stream.of(args)).toArray(String[]::new);
    Cli.Result result = user.run(words);
    assertEquals(exit, result.exit(), () -> result.out() + result.err());
    shown.append(result.out()).append(result.err());
  }

  /** Everybody on a machine can read the arguments of every process. */
  @Test
  void noProcessHasAPasswordOrATokenAmongItsArguments() throws Exception {
    Path seen = folder.resolve("seen-by-the-helper");
    Path helper = Files.createDirectory(folder.resolve("bin")).resolve("docker-credential-keeper");
    Files.writeString(
        helper,
        """
        #!/bin/sh
        cat /proc/[0-9]*/cmdline >> %1$s/seen-by-the-helper 2> %1$s/ended-meanwhile
        case $1 in
          store) cat > %1$s/login ;;
          get) cat > %1$s/asked; cat %1$s/login ;;
          erase) cat > %1$s/asked; rm %1$s/login ;;
        esac
        """
            .formatted(folder));
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(folder.resolve("user/.docker"));
    Files.writeString(folder.resolve("user/.docker/config.json"), "{\"credsStore\":\"keeper\"}");
    user.with("PATH", helper.getParent() + ":" + System.getenv("PATH"));

    runAlone("", "import", "--disk", disk, image);
    runAlone(PASSWORD, "login", registry.host(), "-u", "u", "--password-stdin");
    runAlone("", "push", image);
    runAlone("", "copy", image, registry.host() + "/c:2");
    runAlone(IDENTITY, "login", registry.host(), "--identity-token");
    runAlone("", "pull", image);
    runAlone("", "auth", "explain", image);
    runAlone("", "logout", registry.host());
    runAlone(PASSWORD, "tags", registry.host() + "/a/b", "-u", "u", "--password-stdin");
    user.with("FLINT_USERNAME", "u").with("FLINT_PASSWORD", PASSWORD);
    runAlone("", "digest", image);

    String all = lines + Files.readString(seen, StandardCharsets.ISO_8859_1).replace('\0', ' ');
    for (String process :
        List.of(
            "dev.flint.cli.Flint --debug login " + registry.host(),
            "dev.flint.cli.Flint --debug digest " + image,
            "docker-credential-keeper store",
            "docker-credential-keeper get",
            "docker-credential-keeper erase")) {
      assertTrue(all.contains(process), () -> "nobody saw " + process);
    }
    secrets().assertAbsentIn(all, user.childLog());
  }

  /** In a process of its own, whose arguments and whose children's are looked at all the time. */
  private void runAlone(String input, String... args) throws IOException, InterruptedException {
    String[] words = Stream.concat(Stream.of("--debug"), Stream.of(args)).toArray(String[]::new);
    Process process = user.start(List.of(), words);
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    do {
      lines.look();
    } while (!process.waitFor(20, TimeUnit.MILLISECONDS));
    assertEquals(0, process.exitValue(), () -> String.join(" ", args) + "\n" + user.childLog());
  }
}
