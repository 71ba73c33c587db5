package dev.flint.registry.auth;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeping and forgetting logins, without harm to what else is in the file. */
class LoginStoreTest {
  private static final Credential PASSWORD = new Credential.Basic("u", "p:w");

  @TempDir Path folder;
  private HelperScripts scripts;
  private Path file;

  @BeforeEach
  void prepare() throws IOException {
    scripts = new HelperScripts(folder.resolve("bin")).addKeeper("keep");
    file = folder.resolve("docker/config.json");
  }

  static Stream<Credential> credentials() {
    return Stream.of(
        PASSWORD,
        new Credential.Basic("", "p"),
        new Credential.Basic("ü", "€"),
        new Credential.IdentityToken("t"));
  }

  /** A10, storage side: what is kept is found again as the same kind. */
  @ParameterizedTest
  @MethodSource("credentials")
  void whatIsKeptIsFoundAgain(Credential credential) throws IOException {
    assertEquals(
        new LoginStore.Kept(file.toString(), true), store().store("r.example:5000", credential));
    assertEquals(Optional.of(credential), find("r.example:5000"));
    assertEquals(Optional.empty(), find("r.example"));
    assertTrue(store().erase("r.example:5000"));
    assertEquals(Optional.empty(), find("r.example:5000"));
    assertFalse(store().erase("r.example:5000"));
  }

  @Test
  void theFileAndItsFolderAreForTheOwnerAlone() throws IOException {
    store().store("h", PASSWORD);
    assertEquals("rw-------", mode(file));
    assertEquals("rwx------", mode(folder.resolve("docker")));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    store().store("h", PASSWORD);
    assertEquals("rw-------", mode(file));
    assertEquals(List.of(file), files());
  }

  @Test
  void allElseInTheFileIsKept() throws IOException {
    write(
        "{\"HttpHeaders\":{\"x\":\"y\"},\"n\":1.50,\"auths\":{\"other\":{\"auth\":\"dTpw\",\"email\":\"e\"},"
            + "\"h/ns\":{\"auth\":\"bjpw\"},\"https://h/v1/\":{\"auth\":\"b2xkOnA=\"}},"
            + "\"list\":[1,{\"a\":null}],\"credHelpers\":{\"x\":\"y\"}}");
    store().store("h", PASSWORD);
    String expected =
        "{\"HttpHeaders\":{\"x\":\"y\"},\"n\":1.50,\"auths\":{\"other\":{\"auth\":\"dTpw\",\"email\":\"e\"},"
            + "\"h/ns\":{\"auth\":\"bjpw\"},\"h\":{\"auth\":\"dTpwOnc=\"}},"
            + "\"list\":[1,{\"a\":null}],\"credHelpers\":{\"x\":\"y\"}}";
    assertEquals(JsonObject.parse(bytes(expected), "expected"), json());
    store().erase("h");
    assertFalse(json().object("auths").orElseThrow().has("h"));
    assertTrue(json().object("auths").orElseThrow().has("h/ns"));
  }

  @ParameterizedTest
  @CsvSource({
    "docker.io, https://index.docker.io/v1/",
    "index.docker.io, https://index.docker.io/v1/",
    "registry-1.docker.io, https://index.docker.io/v1/",
    "ghcr.io, ghcr.io",
    "localhost:5000, localhost:5000",
  })
  void theKeyIsTheOneThatEveryToolKnows(String host, String key) throws IOException {
    store().store(host, PASSWORD);
    assertEquals(List.of(key), json().object("auths").orElseThrow().names());
    store().erase(host);
    assertEquals(List.of(), json().object("auths").orElseThrow().names());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"credsStore\":\"keep\"}",
        "{\"credHelpers\":{\"r.example\":\"keep\"},\"credsStore\":\"none\"}",
        "{\"credsStore\":\"keep\",\"auths\":{\"r.example\":{\"auth\":\"b2xkOnA=\"}}}",
      })
  void theHelperThatTheFileNamesKeepsTheSecret(String text) throws IOException {
    write(text);
    assertEquals(
        new LoginStore.Kept("docker-credential-keep", false), store().store("r.example", PASSWORD));
    assertEquals(
        "{\"ServerURL\":\"r.example\",\"Username\":\"u\",\"Secret\":\"p:w\"}",
        scripts.kept("r.example"));
    assertEquals(Optional.of(PASSWORD), find("r.example"));
    // An empty entry, which also takes the place of an old password.
    JsonObject entry = json().object("auths").orElseThrow().object("r.example").orElseThrow();
    assertEquals(List.of(), entry.names());
    assertTrue(store().erase("r.example"));
    assertEquals("", scripts.kept("r.example"));
    assertEquals(Optional.empty(), find("r.example"));
  }

  @Test
  void aMissingHelperIsAnErrorAndNothingIsWrittenInPlainText() throws IOException {
    String text = "{\"credsStore\":\"none\"}";
    write(text);
    assertFails(ErrorCode.AUTH, () -> store().store("h", PASSWORD));
    assertFails(ErrorCode.AUTH, () -> store().erase("h"));
    assertEquals(text, Files.readString(file));
  }

  /** A8, A14: a file that cannot be understood is not written over. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | AUTH",
        "[] | AUTH",
        "'' | AUTH",
        "{\"auths\":[]} | AUTH",
        "{\"credsStore\":\"../x\"} | POLICY",
        "{\"credHelpers\":{\"h\":\"a/b\"}} | POLICY",
      })
  void aBrokenFileIsLeftAsItIs(String text, ErrorCode code) throws IOException {
    write(text);
    assertFails(code, () -> store().store("h", PASSWORD));
    assertFails(code, () -> store().erase("h"));
    assertEquals(text, Files.readString(file));
  }

  /** Each reads the file, adds its own and writes it. */
  @Test
  void loginsAtOnceLoseNothingOfEachOther() throws Exception {
    List<String> hosts = IntStream.range(0, 24).mapToObj(i -> "r" + i + ".example").toList();
    ExecutorService logins = Executors.newFixedThreadPool(hosts.size());
    try {
      List<Callable<LoginStore.Kept>> stores = new ArrayList<>();
      hosts.forEach(host -> stores.add(() -> store().store(host, PASSWORD)));
      for (Future<LoginStore.Kept> login : logins.invokeAll(stores)) {
        login.get();
      }
      assertEquals(Set.copyOf(hosts), Set.copyOf(json().object("auths").orElseThrow().names()));

      List<Callable<Boolean>> erasures = new ArrayList<>();
      hosts.forEach(host -> erasures.add(() -> store().erase(host)));
      for (Future<Boolean> logout : logins.invokeAll(erasures)) {
        assertTrue(logout.get());
      }
      assertEquals(List.of(), json().object("auths").orElseThrow().names());
    } finally {
      logins.shutdownNow();
    }
  }

  @Test
  void forgettingNothingLeavesNothingBehind() throws IOException {
    assertFalse(store().erase("h"));
    assertFalse(Files.exists(file.getParent()));
  }

  @Test
  void behindALinkTheFileItLeadsToIsReplaced() throws IOException {
    Path real = folder.resolve("dotfiles/docker.json");
    Files.createDirectories(real.getParent());
    Files.writeString(real, "{\"k\":\"v\"}");
    Files.createDirectories(file.getParent());
    Files.createSymbolicLink(file, Path.of("../dotfiles/docker.json"));
    store().store("h", PASSWORD);
    assertTrue(Files.isSymbolicLink(file));
    assertTrue(Files.readString(real).contains("auths"));
    assertEquals("rw-------", mode(real));
  }

  @Test
  void aLinkThatLeadsNowhereIsRefused() throws IOException {
    Files.createDirectories(file.getParent());
    Path target = folder.resolve("elsewhere");
    Files.createSymbolicLink(file, target);
    assertFails(ErrorCode.LOCAL_IO, () -> store().store("h", PASSWORD));
    assertFalse(Files.exists(target));
  }

  @Test
  void aFolderThatCannotBeWrittenToLeavesTheOldFile() throws IOException {
    write("{}");
    Files.delete(file);
    Files.createDirectory(file);
    assertThrows(IOException.class, () -> store().store("h", PASSWORD));
    assertEquals(List.of(file), files());
  }

  private LoginStore store() {
    return new LoginStore(new AuthFile(file), scripts.helpers(Duration.ofSeconds(50)));
  }

  private Optional<Credential> find(String host) throws IOException {
    return new DockerConfigFile(file, true, scripts.helpers(Duration.ofSeconds(50)), answer -> {})
        .find(host, "");
  }

  private JsonObject json() throws IOException {
    return JsonObject.parse(Files.readAllBytes(file), "file");
  }

  private void write(String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> list = Files.list(folder.resolve("docker"))) {
      return list.filter(path -> !path.getFileName().toString().endsWith(".flint-lock")).toList();
    }
  }
}
