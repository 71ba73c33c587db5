package dev.flint.registry.settings;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigSourcesTest {
  @TempDir Path folder;
  private Path home;
  private Path work;
  private final Map<String, String> env = new HashMap<>();

  @BeforeEach
  void prepare() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    work = Files.createDirectories(folder.resolve("project/src/deep"));
  }

  private ConfigSources sources() {
    return new ConfigSources(env, home, Optional.of(work));
  }

  private void user(String text) throws IOException {
    Files.writeString(
        Files.createDirectories(home.resolve(".config/flint")).resolve("config.yaml"), text);
  }

  private static void project(Path folder, String text) throws IOException {
    Files.writeString(
        Files.createDirectories(folder.resolve(".flint")).resolve("config.yaml"), text);
  }

  private Setting setting(String name) throws IOException {
    return sources().all().stream()
        .filter(setting -> setting.name().toString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "limit-rate,1,2,3",
    "min-rate,1,2,3",
    "stall-timeout,1,2,3",
    "jobs,1,2,4",
    "output,json,table,json",
    "progress,tty,plain,none",
    "compression,none,zstd,gzip"
  })
  void theNearestPlaceCounts(String key, String user, String project, String variable)
      throws IOException {
    assertEquals(Setting.Origin.DEFAULT, setting(key).origin());
    user("# mine\n" + key + ": " + user + "\n");
    assertEquals(user, setting(key).value());
    assertEquals(home.resolve(".config/flint/config.yaml") + ":2", setting(key).from());
    project(folder.resolve("project"), key + ": " + project + "\n");
    assertEquals(project, setting(key).value());
    assertEquals(folder.resolve("project/.flint/config.yaml") + ":1", setting(key).from());
    String name = "FLINT_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    env.put(name, variable);
    assertEquals(variable, setting(key).value());
    assertEquals(name, setting(key).from());
    ConfigKey asKey = ConfigName.parse(key).key();
    assertEquals(Map.of(asKey, variable), sources().set(List.of(asKey)));
  }

  @Test
  void reachesTheLink() throws IOException {
    user("limit-rate: 1K\nmin-rate: 5\n");
    project(folder.resolve("project"), "limit-rate: 2K\n");
    env.put("FLINT_STALL_TIMEOUT", "7");
    LinkSettings link = sources().registries().link();
    assertEquals(Optional.of(new Rate(2048)), link.limitRate());
    assertEquals(7, link.stallTimeout().toSeconds());
    assertEquals(new Rate(5), link.minRate());
  }

  /** What a folder that was cloned from somewhere might try. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "registries: {ghcr.io: {insecure-skip-verify: true}}",
        "registries: {ghcr.io: {plain-http: true}}",
        "registries: {ghcr.io: {auth-realm: evil.example}}",
        "registries: {ghcr.io: {mirrors: [evil.example]}}",
        "registries: {ghcr.io: {ca-file: evil.pem}}",
        "jobs: 1\nregistries:\n  ghcr.io: {}",
        "registries: {}",
        "registries:"
      })
  void aProjectMustNotSayWhoIsTrusted(String text) throws IOException {
    project(folder.resolve("project"), text);
    assertFails(ErrorCode.POLICY, () -> sources().registries());
    assertFails(ErrorCode.POLICY, () -> sources().all());
    assertFails(ErrorCode.POLICY, () -> sources().set(List.of(ConfigKey.JOBS)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password: x",
        "ca-file: x",
        "jobs: 1000",
        "jobs: &a 1\noutput: *a",
        "jobs: \"\\e[31m\"",
        "? [x]\n: y",
        "\0"
      })
  void aProjectThatCannotBeUnderstoodIsRefusedInOneLine(String text) throws IOException {
    project(folder.resolve("project"), text);
    FlintException e = assertThrows(FlintException.class, () -> sources().all());
    assertEquals(ErrorCode.USAGE, e.code());
    assertTrue(String.valueOf(e.getMessage()).contains("config.yaml line "), e.getMessage());
  }

  @Test
  void isBoundedAndReadsPlainFilesOnly() throws IOException {
    project(folder.resolve("project"), "#" + "x".repeat(1 << 20));
    assertFails(ErrorCode.POLICY, () -> sources().all());
    Path file = folder.resolve("project/.flint/config.yaml");
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    assertTrue(sources().projectFile().isEmpty());
  }

  @Test
  void theSearchEndsAtTheRepositoryAndAtHome() throws IOException {
    project(folder, "jobs: 9\n");
    assertEquals("9", setting("jobs").value());
    Files.createDirectory(folder.resolve("project/.git"));
    assertFalse(setting("jobs").isSet());
    project(folder.resolve("project"), "jobs: 8\n");
    assertEquals("8", setting("jobs").value());
    project(work, "jobs: 7\n");
    assertEquals("7", setting("jobs").value());
    work = home;
    project(home, "jobs: 6\n");
    assertFalse(setting("jobs").isSet());
  }

  @Test
  void aFileOfAStrangerIsNotUsed() throws IOException {
    project(folder.resolve("project"), "jobs: 9\n");
    Assumptions.assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0));
    Files.setAttribute(folder.resolve("project/.flint/config.yaml"), "unix:uid", 12_345);
    assertFalse(setting("jobs").isSet());
    assertFalse(sources().projectFile().orElseThrow().isTrusted());
    // Whoever owns the folder that is worked in has the say there.
    Files.setAttribute(work, "unix:uid", 12_345);
    assertEquals("9", setting("jobs").value());
  }

  /** Else a clone with a link would have the first line of any file in an error, for a CI's log. */
  @Test
  void aLinkOutOfTheProjectIsNotFollowed() throws IOException {
    Path project = folder.resolve("project");
    project(folder.resolve("elsewhere"), "secret:\n");
    Path elsewhere = folder.resolve("elsewhere/.flint");
    Files.createSymbolicLink(project.resolve(".flint"), elsewhere);
    assertFalse(setting("jobs").isSet());
    assertFalse(sources().projectFile().orElseThrow().isTrusted());
    Files.delete(project.resolve(".flint"));
    Files.createDirectory(project.resolve(".flint"));
    Path file =
        Files.createSymbolicLink(
            project.resolve(".flint/config.yaml"), elsewhere.resolve("config.yaml"));
    assertFalse(setting("jobs").isSet());
    assertTrue(
        sources().projectFile().orElseThrow().distrust().contains("leads out"),
        sources().projectFile().toString());
    Files.delete(file);
    Files.createSymbolicLink(file, Files.writeString(project.resolve("flint.yaml"), "jobs: 5\n"));
    assertEquals("5", setting("jobs").value());
  }

  @Test
  void theUsersFileThatIsNoneIsNamed() throws IOException {
    env.put("FLINT_CONFIG", folder.resolve("none").toString());
    FlintException e = assertFails(ErrorCode.LOCAL_IO, () -> sources().all());
    assertTrue(e.remedy().contains("FLINT_CONFIG"), e.toString());
    assertTrue(String.valueOf(e.getMessage()).contains(folder.resolve("none").toString()));
    assertFails(ErrorCode.LOCAL_IO, () -> sources().set(List.of(ConfigKey.JOBS)));
    env.put("FLINT_CONFIG", folder.toString());
    e = assertFails(ErrorCode.LOCAL_IO, () -> sources().all());
    assertTrue(String.valueOf(e.getMessage()).contains(folder.toString()), e.toString());
  }

  @Test
  void variablesAreCheckedAndNamed() {
    env.put("FLINT_JOBS", "many");
    FlintException e = assertFails(ErrorCode.USAGE, () -> sources().all());
    assertTrue(String.valueOf(e.getMessage()).startsWith("FLINT_JOBS: "), e.getMessage());
    env.put("FLINT_JOBS", "");
    assertFails(ErrorCode.USAGE, this::wrong);
  }

  private void wrong() throws IOException {
    env.put("FLINT_OUTPUT", "xml");
    sources().all();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit-rat | did you mean limit-rate",
        "registries.a.b.plainhttp | did you mean registries.a.b.plain-http",
        "registries.a.b.password | known are plain-http,",
        "registries.plain-http | names no registry",
        "registries.https://a.b.plain-http | names no registry",
        "ca-file | known are compression,"
      })
  void helpsWithNames(String name, String expected) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> ConfigName.parse(name));
    assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
  }
}
