package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in and out, and being told how it is. */
class LoginTest {
  private static final String PASSWORD = "p:w-s3cr3t";
  private static final String HEADER = PasswordRegistry.header("user", PASSWORD);

  private static final String MANIFEST =
      "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
          + "\"manifests\":[]}";

  @TempDir Path folder;
  private PasswordRegistry registry;
  private Cli user;
  private Path config;

  @BeforeEach
  void prepare() throws IOException {
    registry = new PasswordRegistry("user", PASSWORD);
    user = new Cli(folder);
    config = folder.resolve(".docker/config.json");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private Cli.Result login(String password, String... more) {
    return user.runWith(
        password, words("login", registry.host(), "-u", "user", "--password-stdin", more));
  }

  private static String[] words(String a, String b, String c, String d, String e, String... more) {
    String[] words = new String[5 + more.length];
    System.arraycopy(new String[] {a, b, c, d, e}, 0, words, 0, 5);
    System.arraycopy(more, 0, words, 5, more.length);
    return words;
  }

  /** Explaining shows what it found out and fails nevertheless. */
  private Cli.Result refused(String... args) {
    Cli.Result result = user.run(args);
    assertEquals(5, result.exit(), result.out() + result.err());
    return result;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n"})
  void keepsAPasswordThatTheRegistryTakes(String end) throws IOException {
    Cli.Result result = login(PASSWORD + end);
    assertEquals("Login Succeeded", result.ok());
    assertTrue(result.err().contains("config.json"), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertEquals(List.of(HEADER), registry.shown());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(config)));
    assertEquals("", user.run("-q", "auth", "explain", registry.host()).err());
    String removed = user.run("logout", registry.host()).ok();
    assertTrue(removed.contains(registry.host()), removed);
    assertFalse(Files.readString(config).contains(registry.host()));
    Cli.Result again = user.run("logout", registry.host());
    assertEquals("", again.ok());
    assertTrue(again.err().contains("not logged in"), again.err());
  }

  @Test
  void keepsNothingThatTheRegistryRefuses() {
    login("wrong").fails(5);
    assertFalse(Files.exists(config));
    assertEquals(
        List.of(PasswordRegistry.header("user", "wrong")),
        registry.shown().stream().distinct().toList());
  }

  @Test
  void keepsUncheckedWhatTheRegistryDoesNotAskFor() throws IOException {
    try (PasswordRegistry open = new PasswordRegistry("", "")) {
      Cli.Result result = user.runWith("x", "login", open.host(), "-u", "user", "--password-stdin");
      result.ok();
      assertTrue(result.err().contains("unchecked"), result.err());
      assertEquals(List.of(), open.shown());
    }
  }

  @Test
  void usesTheHelperThatTheConfigNames() throws IOException {
    Files.createDirectories(config.getParent());
    Files.writeString(config, "{\"credsStore\":\"test\",\"k\":\"v\"}");
    Path helper = Files.createDirectory(folder.resolve("bin")).resolve("docker-credential-test");
    Files.writeString(helper, "#!/bin/sh\ncat > " + folder.resolve("kept-by-") + "$1\n");
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
    user.with("PATH", helper.getParent() + ":" + System.getenv("PATH"));
    Cli.Result result = login(PASSWORD);
    assertEquals("Login Succeeded", result.ok());
    assertEquals("", result.err());
    assertFalse(Files.readString(config).contains("auth\""), Files.readString(config));
    JsonObject kept = JsonObject.parse(Files.readAllBytes(folder.resolve("kept-by-store")), "kept");
    assertEquals(PASSWORD, kept.requiredString("Secret"));
    Cli.Result removed = user.run("logout", registry.host());
    removed.ok();
    assertEquals(registry.host(), Files.readString(folder.resolve("kept-by-erase")));
    // Whether anything is left cannot be told, as this helper answers nothing; it is logged out.
    assertTrue(removed.err().contains("docker-credential-test"), removed.err());
  }

  @Test
  void writesIntoTheFileThatTheUserNames() {
    Path file = folder.resolve("auth.json");
    login(PASSWORD, "--authfile", file.toString()).ok();
    assertFalse(Files.exists(config));
    user.run("auth", "explain", registry.host(), "--authfile", file.toString()).ok();
    refused("auth", "explain", registry.host());
    user.with("REGISTRY_AUTH_FILE", file.toString());
    user.run("auth", "explain", registry.host()).ok();
    user.run("logout", registry.host()).ok();
    refused("auth", "explain", registry.host());
  }

  @Test
  void tellsWhatIsLeftAfterALogout() throws IOException {
    login(PASSWORD).ok();
    Path other = folder.resolve("run/containers/auth.json");
    Files.createDirectories(other.getParent());
    Files.copy(config, other);
    Cli.Result removed = user.run("logout", registry.host());
    removed.ok();
    assertTrue(removed.err().contains(other + " still has"), removed.err());
  }

  @Test
  void keepsAnIdentityToken() throws IOException {
    try (PasswordRegistry open = new PasswordRegistry("", "")) {
      user.runWith("refresh-me", "login", open.host(), "--identity-token").ok();
      assertTrue(Files.readString(config).contains("\"identitytoken\" : \"refresh-me\""));
      String shown = user.run("auth", "explain", open.host()).ok();
      assertTrue(shown.contains("identity token"), shown);
      assertFalse(shown.contains("refresh-me"), shown);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "login",
        "login localhost:1 -u user",
        "login localhost:1",
        "login localhost:1 --password-stdin",
        "login localhost:1 --identity-token -u user",
        "login localhost:1 --identity-token --password-stdin",
        "login https://localhost -u user --password-stdin",
        "login localhost/x -u user --password-stdin",
        "login user:hunter2@localhost:1 -u user --password-stdin",
        "login localhost:1 -u user -p hunter2",
        "login localhost:1 -u user --password hunter2",
        "login localhost:1 -u user --password=hunter2",
        "logout",
        "logout hostname",
        "auth explain",
        "auth explain x",
        "auth explain localhost:1/X",
        "pull localhost:1/x:1 -u user",
        "pull localhost:1/x:1 --password-stdin",
      })
  void wrongUsageIsToldAndNoPasswordRepeated(String line) {
    Cli.Result result = user.runWith("hunter2", line.split(" ", -1)).fails(2);
    assertFalse(result.err().contains("hunter2"), result.err());
    assertFalse(Files.exists(config));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "a\nb", "a\rb\n", "a\u0000b"})
  void anInputThatIsNoPasswordIsWrongUsage(String input) {
    login(input).fails(2);
    assertEquals(List.of(), registry.shown());
  }

  @Test
  void explainsWhichPlaceAnswers() {
    login(PASSWORD).ok();
    String shown = user.run("auth", "explain", registry.host() + "/some/repo").ok();
    for (String expected :
        new String[] {
          "FLINT_USERNAME, FLINT_PASSWORD   not set",
          "DOCKER_AUTH_CONFIG               not set",
          "password of user",
          "GET http://" + registry.host() + "/v2/some/repo/tags/list?n=1",
          "without credentials: 401",
          "asks for: Basic realm=\"tests\"",
          "in the end: 404"
        }) {
      assertTrue(
          shown.replaceAll(" {3,}", "   ").contains(expected.replaceAll(" {3,}", "   ")), shown);
    }
    assertFalse(shown.contains(PASSWORD), shown);
  }

  @Test
  void explainsForProgramsToo() throws IOException {
    login(PASSWORD).ok();
    String json = user.run("auth", "explain", registry.host(), "--json").ok();
    JsonObject shown = JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "output");
    assertEquals(401, shown.integer("anonymousStatus").orElseThrow());
    assertEquals(200, shown.integer("status").orElseThrow());
    List<JsonObject> places = shown.objects("places");
    assertEquals("found", places.get(places.size() - 1).requiredString("outcome"));
  }

  @Test
  void explainsWhatIsBroken() throws IOException {
    Files.createDirectories(config.getParent());
    Files.writeString(config, "{\"credHelpers\":{\"" + registry.host() + "\":\"absent\"}}");
    Cli.Result missing = refused("auth", "explain", registry.host());
    assertTrue(missing.out().contains("docker-credential-absent"), missing.out());
    assertTrue(missing.out().contains("not on PATH"), missing.out());
    // The same as a note beside any other command.
    Cli.Result pull = refused("pull", registry.host() + "/x:1");
    assertTrue(pull.err().contains("docker-credential-absent is named by"), pull.err());
    Files.writeString(config, "{");
    Cli.Result broken = refused("auth", "explain", registry.host());
    assertTrue(broken.err().contains(config.toString()), broken.err());
    assertTrue(broken.out().contains("DOCKER_AUTH_CONFIG"), broken.out());
  }

  @Test
  void passwordsOfTheCommandAndOfVariablesGoToTheRegistryThatIsNamed() throws IOException {
    String reference = registry.host() + "/x:1";
    user.runWith(PASSWORD, "pull", reference, "-u", "user", "--password-stdin").fails(4);
    assertTrue(registry.shown().contains(HEADER), registry.shown().toString());
    user.run("pull", reference).fails(5);
    user.with("FLINT_USERNAME", "user").with("FLINT_PASSWORD", PASSWORD);
    user.run("pull", reference).fails(4);
    user.with("FLINT_REGISTRY", "elsewhere.example");
    user.run("pull", reference).fails(5);
    user.with("FLINT_REGISTRY", registry.host());
    user.run("pull", reference).fails(4);
  }

  /** What stands beside the reference is a file, whatever it looks like. */
  @Test
  void aFileNameIsNoSecondRegistry() throws IOException {
    Path file = Files.writeString(folder.resolve("manifest.json"), MANIFEST);
    user.with("FLINT_USERNAME", "user").with("FLINT_PASSWORD", PASSWORD);
    user.run("manifest", "put", registry.host() + "/x:1", file.toString());
    assertTrue(registry.shown().contains(HEADER), registry.shown().toString());
    Cli.Result missing = user.run("manifest", "put", registry.host() + "/x:1", "no-such.json");
    assertFalse(missing.err().contains("several registries"), missing.err());
  }

  /** A file in a folder with a dot in its name is spelled like a repository of a registry. */
  @Test
  void aFileThatIsCalledLikeAnImageIsNoSecondRegistry() throws IOException {
    Path build = Files.createTempDirectory(Path.of(""), "build.");
    try {
      Path file = Files.writeString(build.resolve("manifest.json"), MANIFEST);
      user.with("FLINT_USERNAME", "user").with("FLINT_PASSWORD", PASSWORD);
      String reference = registry.host() + "/x:1";
      for (String[] args :
          List.of(
              new String[] {"manifest", "put", reference, file.toString()},
              new String[] {"attach", reference, file.toString(), "--artifact-type", "x/y"})) {
        int before = registry.shown().size();
        Cli.Result result = user.run(args);
        assertFalse(result.err().contains("several registries"), result.err());
        assertTrue(registry.shown().size() > before, result.err());
      }
    } finally {
      try (Stream<Path> files = Files.list(build)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(build);
    }
  }

  /** Two registries in one command, as with copy: neither gets what may be meant for the other. */
  @Test
  void withTwoRegistriesInOneCommandItMustBeSaidWhichIsMeant() throws IOException {
    try (PasswordRegistry other = new PasswordRegistry("user", "other")) {
      user.with("FLINT_USERNAME", "user").with("FLINT_PASSWORD", PASSWORD);
      String[] diff = {"diff", registry.host() + "/x:1", other.host() + "/x:1"};
      user.run(diff);
      assertEquals(List.of(), registry.shown());
      assertEquals(List.of(), other.shown());
      user.with("FLINT_REGISTRY", registry.host());
      user.run(diff);
      user.run("diff", other.host() + "/x:1", registry.host() + "/x:1");
      assertEquals(List.of(), other.shown());
      user.runWith(PASSWORD, "diff", diff[1], diff[2], "-u", "user", "--password-stdin").fails(2);
    }
  }

  /** A15, of logging in: no output at any verbosity has the password. */
  @Test
  void noOutputHoldsThePassword() throws IOException {
    StringBuilder all = new StringBuilder();
    add(all, login(PASSWORD, "--debug"));
    add(all, login(PASSWORD + "x", "--debug"));
    add(all, user.run("--debug", "auth", "explain", registry.host()));
    add(all, user.run("--debug", "auth", "explain", registry.host(), "--json"));
    add(all, user.run("--debug", "pull", registry.host() + "/x:1"));
    Files.writeString(config, Files.readString(config).replace("}", ""));
    add(all, user.run("--debug", "auth", "explain", registry.host()));
    user.with("FLINT_USERNAME", "user").with("FLINT_PASSWORD", PASSWORD);
    add(all, user.run("--debug", "auth", "explain", registry.host()));
    user.with("DOCKER_AUTH_CONFIG", "{\"auths\":{\"" + PASSWORD).with("FLINT_USERNAME", "");
    add(all, user.run("--debug", "auth", "explain", registry.host()));
    assertTrue(all.toString().contains("\tat "), "no stack trace was printed");
    String encoded = HEADER.substring("Basic ".length());
    assertFalse(all.toString().contains(PASSWORD), all.toString());
    assertFalse(all.toString().contains(encoded.substring(0, encoded.length() - 3)));
  }

  private static void add(StringBuilder all, Cli.Result result) {
    all.append(result.out()).append(result.err());
  }
}
