package dev.flint.registry.auth;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.Lookup.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which place answers, and which are not even asked. */
class CredentialPlacesTest {
  @TempDir Path folder;
  private final Map<String, String> env = new HashMap<>();
  private final List<Lookup> told = new ArrayList<>();
  private Optional<Path> authFile = Optional.empty();

  @BeforeEach
  void prepare() {
    env.put("XDG_RUNTIME_DIR", folder.resolve("run").toString());
  }

  @Test
  void placesAreAskedInTheirOrder() throws IOException {
    assertEquals("anonymous", user("h"));
    write("config/containers/auth.json", "xdg-config");
    env.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    assertEquals("xdg-config", user("h"));
    write("run/containers/auth.json", "xdg-runtime");
    assertEquals("xdg-runtime", user("h"));
    write("home/.docker/config.json", "docker");
    assertEquals("docker", user("h"));
    env.put("REGISTRY_AUTH_FILE", write("env-file", "env-file"));
    assertEquals("env-file", user("h"));
    authFile = Optional.of(Path.of(write("option", "option")));
    assertEquals("option", user("h"));
    env.put("DOCKER_AUTH_CONFIG", config("variable"));
    assertEquals("variable", user("h"));
    env.put("FLINT_USERNAME", "flint");
    env.put("FLINT_PASSWORD", "p");
    assertEquals("flint", user("h"));
    assertEquals(
        "given",
        places()
            .all(
                Set.of("h"),
                Optional.of(
                    CredentialPlaces.given("h", new Credential.Basic("given", "p"), told::add)),
                told::add)
            .find("h", "")
            .map(Credential::toString)
            .orElseThrow()
            .substring("password of ".length()));
  }

  @Test
  void homesAreTheUsualOnes() throws IOException {
    write("home/.config/containers/auth.json", "xdg-config");
    assertEquals("xdg-config", user("h"));
    write("docker/config.json", "docker");
    env.put("DOCKER_CONFIG", folder.resolve("docker").toString());
    assertEquals("docker", user("h"));
  }

  @Test
  void everyPlaceThatWasAskedIsTold() throws IOException {
    write("run/containers/auth.json", "u");
    user("h");
    assertEquals(
        List.of(
            "FLINT_USERNAME, FLINT_PASSWORD: not set",
            "DOCKER_AUTH_CONFIG: not set",
            folder.resolve("home/.docker/config.json") + ": not there",
            folder.resolve("run/containers/auth.json") + ": password of u"),
        told.stream().map(answer -> answer.place() + ": " + answer.words()).toList());
  }

  @Test
  void aNamedFileIsTheOnlyOneAndMustExist() throws IOException {
    write("home/.docker/config.json", "docker");
    authFile = Optional.of(folder.resolve("none"));
    FlintException e = assertFails(ErrorCode.AUTH, () -> user("h"));
    assertTrue(String.valueOf(e.getMessage()).contains(folder.resolve("none") + ""));
    Files.writeString(folder.resolve("none"), "{}");
    assertEquals("anonymous", user("h"));
  }

  /** A8: no place is passed over because it is broken. */
  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "\ufeff{}"})
  void aBrokenPlaceIsNotPassedOver(String text) throws IOException {
    write("run/containers/auth.json", "u");
    Files.createDirectories(folder.resolve("home/.docker"));
    Path broken = Files.writeString(folder.resolve("home/.docker/config.json"), text);
    FlintException e = assertFails(ErrorCode.AUTH, () -> user("h"));
    assertTrue(String.valueOf(e.getMessage()).contains(broken.toString()), e.getMessage());
    if (!text.isEmpty()) {
      env.put("DOCKER_AUTH_CONFIG", text);
      e = assertFails(ErrorCode.AUTH, () -> user("h"));
      assertTrue(String.valueOf(e.getMessage()).contains("DOCKER_AUTH_CONFIG"), e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "h, '', h, flint",
    "h, '', other, anonymous",
    "'h,other', '', h, anonymous",
    "'h,other', '', other, anonymous",
    "'h.example,other', h.example, h.example, flint",
    "'h.example,other', H.example, h.example, flint",
    "'h.example,other', h.example, other, anonymous",
    "h.example, other.example, h.example, anonymous",
    "h:5000, '', h, anonymous",
    "docker.io, '', index.docker.io, flint",
    "'', '', h, anonymous",
  })
  void theVariablesAreForOneRegistry(String named, String registry, String host, String user)
      throws IOException {
    env.put("FLINT_USERNAME", "flint");
    env.put("FLINT_PASSWORD", "p");
    env.put("FLINT_REGISTRY", registry);
    Set<String> hosts = named.isEmpty() ? Set.of() : Set.of(named.split(","));
    assertEquals(user, user(places().all(hosts, Optional.empty(), told::add), host, ""));
    boolean ambiguous = hosts.size() > 1 && registry.isEmpty();
    assertEquals(ambiguous ? Outcome.WARNING : told.get(0).outcome(), told.get(0).outcome());
  }

  @Test
  void halfOfAVariablePairIsAnError() {
    env.put("FLINT_USERNAME", "flint");
    assertFails(ErrorCode.AUTH, () -> user("h"));
    env.put("FLINT_USERNAME", "");
    env.put("FLINT_PASSWORD", "p");
    assertFails(ErrorCode.AUTH, () -> user("h"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://h.example", "h.example/x", "u:p@h.example", "h", "h:99999"})
  void aRegistryThatCouldMatchNothingIsAnError(String registry) {
    env.put("FLINT_USERNAME", "flint");
    env.put("FLINT_PASSWORD", "p");
    env.put("FLINT_REGISTRY", registry);
    assertFails(ErrorCode.AUTH, () -> user("h.example"));
  }

  @Test
  void whatIsGivenForOneRegistryIsNotForAnother() throws IOException {
    CredentialSource given = CredentialPlaces.given("h", new Credential.Basic("u", "p"), told::add);
    assertEquals("u", user(given, "h", ""));
    assertEquals("anonymous", user(given, "h:443", ""));
    assertEquals("anonymous", user(given, "evil.h", ""));
  }

  @Test
  void aPlaceIsAskedOncePerRepository() throws IOException {
    write("home/.docker/config.json", "u");
    CredentialSource all = places().all(Set.of(), Optional.empty(), told::add);
    assertEquals("u", user(all, "h", "r"));
    int size = told.size();
    assertEquals("u", user(all, "h", "r"));
    assertEquals(size, told.size());
    assertEquals("u", user(all, "h", "other"));
    assertTrue(told.size() > size);
  }

  @ParameterizedTest
  @CsvSource({
    "rw-------, false",
    "rwx------, false",
    "rw-r-----, true",
    "rw----r--, true",
    "rw--w--w-, false"
  })
  void warnsOfAFileWithASecretThatOthersMayRead(String mode, boolean warned) throws IOException {
    Path file = Path.of(write("home/.docker/config.json", "u"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    user("h");
    assertEquals(warned, hasWarning());
  }

  @Test
  void doesNotWarnOfAnOpenFileWithoutTheSecret() throws IOException {
    Path file = Path.of(write("home/.docker/config.json", "u"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals("anonymous", user("other"));
    assertTrue(!hasWarning(), told.toString());
  }

  private boolean hasWarning() {
    return told.stream().anyMatch(answer -> answer.outcome() == Outcome.WARNING);
  }

  private CredentialPlaces places() {
    return new CredentialPlaces(env, folder.resolve("home"), authFile);
  }

  private String user(String host) throws IOException {
    return user(places().all(Set.of(host), Optional.empty(), told::add), host, "");
  }

  private static String user(CredentialSource source, String host, String repository)
      throws IOException {
    return source
        .find(host, repository)
        .map(found -> ((Credential.Basic) found).username())
        .orElse("anonymous");
  }

  private String write(String name, String user) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, config(user), StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file.toString();
  }

  private static String config(String user) {
    String auth =
        Base64.getEncoder().encodeToString((user + ":p").getBytes(StandardCharsets.UTF_8));
    return "{\"auths\":{\"h\":{\"auth\":\"" + auth + "\"}}}";
  }
}
