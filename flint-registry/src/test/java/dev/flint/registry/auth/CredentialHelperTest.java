package dev.flint.registry.auth;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.Lookup.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credential helpers, well-behaved and not: real programs on a PATH. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CredentialHelperTest {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final String SECRET = "s3cr3t-of-the-helper";
  private static final String ANSWER =
      "{\"ServerURL\":\"h\",\"Username\":\"u\",\"Secret\":\"" + SECRET + "\"}";

  @TempDir Path folder;
  private HelperScripts scripts;
  private final List<Lookup> told = new ArrayList<>();

  @BeforeEach
  void prepare() throws IOException {
    scripts = new HelperScripts(folder.resolve("bin"));
  }

  @Test
  void getsACredentialForTheServerItNames() throws IOException {
    scripts.add("x", "[ \"$1\" = get ] && [ \"$(cat)\" = h ] && echo '" + ANSWER + "'");
    assertEquals(
        Optional.of(new Credential.Basic("u", SECRET)), find("{\"credsStore\":\"x\"}", LONG));
    assertEquals(List.of(new Lookup("docker-credential-x", Outcome.FOUND, "password of u")), told);
  }

  @Test
  void theUserTokenMeansAnIdentityToken() throws IOException {
    scripts.add("x", "echo '{\"Username\":\"<token>\",\"Secret\":\"" + SECRET + "\"}'");
    assertEquals(
        Optional.of(new Credential.IdentityToken(SECRET)), find("{\"credsStore\":\"x\"}", LONG));
  }

  @Test
  void aRegistrysOwnHelperGoesBeforeTheGeneralOne() throws IOException {
    scripts.add("own", "echo '{\"Username\":\"own\",\"Secret\":\"1\"}'");
    scripts.add("general", "echo '{\"Username\":\"general\",\"Secret\":\"1\"}'");
    String text = "{\"credHelpers\":{\"%s\":\"%s\"},\"credsStore\":\"general\"}";
    assertEquals("password of own", find(text.formatted("h", "own"), LONG).orElseThrow() + "");
    assertEquals(
        "password of general", find(text.formatted("other", "own"), LONG).orElseThrow() + "");
    assertEquals(Optional.empty(), find(text.formatted("h", ""), LONG));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://index.docker.io/v1/", "docker.io", "index.docker.io", "credsStore"})
  void dockerHubIsKnownByEachOfItsNames(String key) throws IOException {
    scripts.add("x", "echo '{\"Username\":\"'$(cat)'\",\"Secret\":\"1\"}'");
    boolean general = key.equals("credsStore");
    String text = general ? "{\"credsStore\":\"x\"}" : "{\"credHelpers\":{\"" + key + "\":\"x\"}}";
    String asked = general ? "https://index.docker.io/v1/" : key;
    assertEquals(
        Optional.of(new Credential.Basic(asked, "1")),
        file(text, LONG).find("docker.io", "library/x"));
  }

  /** A12, missing: the next source is asked, and the user is told. */
  @Test
  void aMissingHelperIsToldAndTheNextSourceAsked() throws IOException {
    String text = "{\"credsStore\":\"none\",\"auths\":{\"h\":{\"auth\":\"dTpw\"}}}";
    assertEquals(Optional.of(new Credential.Basic("u", "p")), find(text, LONG));
    assertEquals("docker-credential-none", told.get(0).place());
    assertEquals(Outcome.WARNING, told.get(0).outcome());
    assertTrue(told.get(0).words().contains("not on PATH"), told.get(0).words());
    assertEquals(Outcome.FOUND, told.get(1).outcome());
    assertEquals(Optional.empty(), find("{\"credHelpers\":{\"h\":\"none\"}}", LONG));
  }

  /** A12, exit 1 with the words for not found: the next source, else anonymous. */
  @Test
  void aHelperThatHasNothingIsNoError() throws IOException {
    scripts.add("x", "cat > /dev/null; echo 'credentials not found in native keychain'; exit 1");
    assertEquals(Optional.empty(), find("{\"credsStore\":\"x\"}", LONG));
    String text = "{\"credsStore\":\"x\",\"auths\":{\"h\":{\"auth\":\"dTpw\"}}}";
    assertEquals(Optional.of(new Credential.Basic("u", "p")), find(text, LONG));
  }

  /** A12, exit 1 otherwise; A15: what it prints is not repeated. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo '" + ANSWER + "'; exit 1",
        "echo " + SECRET + " >&2; exit 3",
        "echo " + SECRET,
        "echo '{\"Secret\":\"" + SECRET + "\"'",
        "echo '[\"" + SECRET + "\"]'",
        "echo '{\"Username\":7,\"Secret\":\"" + SECRET + "\"}'",
        "kill -9 $$",
        ":",
      })
  void aHelperThatFailsIsAnErrorWithoutItsWords(String script) throws IOException {
    scripts.add("x", script);
    FlintException e =
        assertFails(ErrorCode.AUTH, () -> find("{\"credHelpers\":{\"h\":\"x\"}}", LONG));
    assertTrue(String.valueOf(e.getMessage()).contains("docker-credential-x"), e.getMessage());
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    assertFalse((trace + e.remedy()).contains(SECRET), trace.toString());
  }

  @Test
  void aProgramThatCannotBeRunIsAnError() throws IOException {
    scripts.add("x", "");
    Files.writeString(folder.resolve("bin/docker-credential-x"), "#!/no/such/shell\n");
    assertFails(ErrorCode.AUTH, () -> find("{\"credsStore\":\"x\"}", LONG));
  }

  /** A13, never ends: killed, with its children. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "exec sleep 600",
        "sleep 600",
        "sleep 600 & wait",
        "trap '' TERM; while :; do sleep 600; done",
        "yes",
        "yes >&2",
      })
  void aHelperThatDoesNotEndIsKilled(String script) throws IOException {
    scripts.add("x", "echo $$ > " + folder.resolve("pid") + "\n" + script);
    FlintException e = assertFails(ErrorCode.AUTH, () -> find("{\"credsStore\":\"x\"}", SHORT));
    assertTrue(String.valueOf(e.getMessage()).contains("too long"), e.getMessage());
    // On a busy machine it may have been killed before it wrote its number.
    if (Files.exists(folder.resolve("pid"))) {
      String pid = Files.readString(folder.resolve("pid")).strip();
      if (!pid.isEmpty()) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(left -> left.onExit().join());
      }
    }
  }

  /**
   * A13, never ends: not even one that leaves a process behind which holds its output. Whether the
   * answer counts depends on who was faster, the JVM that closes the pipe or who reads it.
   */
  @Test
  void aProcessThatAHelperLeavesBehindDoesNotHoldUsUp() throws IOException {
    scripts.add("x", "sleep 600 & echo $! > " + folder.resolve("pid") + "; echo '" + ANSWER + "'");
    try {
      assertEquals(
          Optional.of(new Credential.Basic("u", SECRET)), find("{\"credsStore\":\"x\"}", SHORT));
    } catch (FlintException e) {
      assertEquals(ErrorCode.AUTH, e.code());
    } finally {
      kill(folder.resolve("pid"));
    }
  }

  /** A13, floods stderr with 1 MB: no deadlock, and the answer counts. */
  @Test
  void aHelperThatFloodsItsErrorsStillAnswers() throws IOException {
    scripts.add("x", "head -c 1000000 /dev/zero >&2; echo '" + ANSWER + "'");
    assertEquals(
        Optional.of(new Credential.Basic("u", SECRET)), find("{\"credsStore\":\"x\"}", LONG));
  }

  /** A13, prints 10 MB: capped. */
  @ParameterizedTest
  @ValueSource(ints = {64 * 1024 + 1, 10_000_000})
  void aHelperThatPrintsTooMuchIsAnError(int bytes) throws IOException {
    scripts.add("x", "head -c " + bytes + " /dev/zero | tr '\\0' ' '");
    FlintException e = assertFails(ErrorCode.AUTH, () -> find("{\"credsStore\":\"x\"}", LONG));
    assertTrue(String.valueOf(e.getMessage()).contains("64 KiB"), e.getMessage());
  }

  @Test
  void aHelperNeedNotReadItsInput() throws IOException {
    scripts.add("x", "exec <&-; echo '" + ANSWER + "'");
    assertTrue(find("{\"credsStore\":\"x\"}", LONG).isPresent());
    String token = "t".repeat(200_000);
    helper("x").store("h", new Credential.IdentityToken(token));
  }

  /** A14. */
  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/b", "/bin/sh", "x;y", "x y", "x\\u0000", "x\\n", ".", "é"})
  void aSuffixThatIsMoreThanANameIsRefused(String suffix) throws IOException {
    Files.createDirectories(folder.resolve("bin/docker-credential-a"));
    Files.copy(Path.of("/bin/true"), folder.resolve("bin/docker-credential-a/b"));
    assertFails(ErrorCode.POLICY, () -> find("{\"credsStore\":\"" + suffix + "\"}", LONG));
    assertFails(ErrorCode.POLICY, () -> find("{\"credHelpers\":{\"h\":\"" + suffix + "\"}}", LONG));
  }

  /** A14: another registry's helper is none of our business. */
  @Test
  void aBadSuffixForAnotherRegistryIsNoError() throws IOException {
    assertEquals(Optional.empty(), find("{\"credHelpers\":{\"other\":\"../x\"}}", LONG));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "bin", ":", "../bin"})
  void isNotTakenFromTheCurrentFolder(String path) throws IOException {
    scripts.add("x", "echo '" + ANSWER + "'");
    CredentialHelpers helpers = new CredentialHelpers(Map.of("PATH", path), LONG);
    assertEquals(Optional.empty(), helpers.find("x", "a test"));
  }

  @Test
  void isRunWithTheEnvironmentOfTheUserAlone() throws IOException {
    scripts.add("x", "echo '{\"Username\":\"'${HOME-none}'\",\"Secret\":\"1\"}'");
    assertEquals(
        Optional.of(new Credential.Basic("none", "1")), find("{\"credsStore\":\"x\"}", LONG));
  }

  @Test
  void storesAndErases() throws IOException {
    scripts.addKeeper("keep");
    CredentialHelper helper = helper("keep");
    assertEquals(Optional.empty(), helper.get("r.example"));
    assertFalse(helper.erase("r.example"));
    helper.store("r.example", new Credential.Basic("u\"ü", "p\\w"));
    assertEquals(Optional.of(new Credential.Basic("u\"ü", "p\\w")), helper.get("r.example"));
    helper.store("r.example", new Credential.IdentityToken("t"));
    assertEquals(Optional.of(new Credential.IdentityToken("t")), helper.get("r.example"));
    assertTrue(helper.erase("r.example"));
    assertEquals(Optional.empty(), helper.get("r.example"));
  }

  private static void kill(Path pid) throws IOException {
    String text = Files.exists(pid) ? Files.readString(pid).strip() : "";
    if (!text.isEmpty()) {
      ProcessHandle.of(Long.parseLong(text)).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private CredentialHelper helper(String name) throws IOException {
    return scripts.helpers(LONG).find(name, "a test").orElseThrow();
  }

  private Optional<Credential> find(String text, Duration limit) throws IOException {
    return file(text, limit).find("h", "");
  }

  private DockerConfigFile file(String text, Duration limit) throws IOException {
    Path config = Files.writeString(folder.resolve("config.json"), text);
    return new DockerConfigFile(config, false, scripts.helpers(limit), told::add);
  }
}
