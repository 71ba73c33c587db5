package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.command.Context;
import dev.flint.cli.command.Models;
import dev.flint.cli.command.RootCommand;
import dev.flint.cli.console.Console;
import dev.flint.cli.console.ProgressMode;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.settings.ConfigKey;
import dev.flint.registry.settings.ConfigSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code flint config}, and that what is configured reaches commands. */
class ConfigTest {
  @TempDir Path home;
  private Path work;
  private Cli user;

  @BeforeEach
  void user() throws IOException {
    work = Files.createDirectory(home.resolve("work"));
    user = new Cli(home).in(work);
  }

  private Path file() {
    return home.resolve(".config/flint/config.yaml");
  }

  private void project(String text) throws IOException {
    Files.writeString(Files.createDirectories(work.resolve(".flint")).resolve("config.yaml"), text);
  }

  /** The value an option has after these words. */
  private String option(Map<String, String> env, String name, String... words) {
    Map<String, String> all = new HashMap<>(env);
    all.put("HOME", home.toString());
    ConfigSources config = new ConfigSources(all, home, Optional.of(work));
    RootCommand root = new RootCommand();
    Context context = new Context(Console.ofProcess(), all, root, config, Flint::run);
    CommandLine line = Flint.settled(Commands.neededBy(words, root, context, Models.written()));
    OptionDefaults.apply(line, config, words);
    List<CommandLine> parsed = line.parseArgs(words).asCommandLineList();
    CommandLine at = name.equals("--progress") ? line : parsed.get(parsed.size() - 1);
    Object value = at.getCommandSpec().findOption(name).getValue();
    return String.valueOf(value);
  }

  /** Each row: the key, then what user, project, variable and option say, and the command. */
  @ParameterizedTest
  @CsvSource({
    "output, json, table, json, table, table, images",
    "progress, plain, none, tty, auto, auto, images",
    "jobs, 1, 2, 4, 5, null, pull localhost:1/x",
    "jobs, 1, 2, 4, 5, null, push localhost:1/x",
    "compression, none, zstd, gzip, none, gzip, import x",
  })
  void theNearestPlaceCounts(
      String key,
      String own,
      String project,
      String variable,
      String given,
      String usual,
      String words)
      throws IOException {
    String option = "--" + key;
    String[] bare = words.split(" ", -1);
    assertEquals(usual, option(Map.of(), option, bare));
    user.run("config", "set", key, own).ok();
    assertEquals(own, option(Map.of(), option, bare));
    user.run("config", "set", "--project", key, project).ok();
    assertEquals(project, option(Map.of(), option, bare));
    Map<String, String> env =
        Map.of(ConfigKey.valueOf(key.toUpperCase(Locale.ROOT)).variable(), variable);
    assertEquals(variable, option(env, option, bare));
    assertEquals(given, option(env, option, (words + " " + option + " " + given).split(" ", -1)));
    if (key.equals("progress")) {
      // Of the root, the word before the command counts too.
      assertEquals(given, option(env, option, option, given, words));
    }
  }

  @Test
  void reachesRealCommands() throws IOException {
    Path disk = home.resolve("d.qcow2");
    DemoGuest.writeQcow2(disk, "/hello.so");
    user.run("config", "set", "compression", "none").ok();
    user.run("import", "--disk", disk.toString(), "a:1").ok();
    user.run("import", "--disk", disk.toString(), "b:1", "--compression", "zstd").ok();
    assertTrue(user.run("inspect", "--json", "a:1").ok().contains("layer.v1.tar\""));
    assertTrue(user.run("inspect", "--json", "b:1").ok().contains("tar+zstd"));
    project("output: json\n");
    assertTrue(user.run("images").ok().startsWith("{"));
    assertTrue(user.run("images", "--output", "table").ok().startsWith("REFERENCE"));
    user.with("FLINT_OUTPUT", "table");
    assertTrue(user.run("images").ok().startsWith("REFERENCE"));
  }

  @Test
  void listsWithOrigins() throws IOException {
    user.run("config", "set", "jobs", "8").ok();
    user.run("config", "set", "registries.r.lan:5000.http2", "true").ok();
    project("# ours\nlimit-rate: 2M\n");
    user.with("FLINT_PROGRESS", "plain");
    String list = user.run("config", "list", "--origin").ok();
    List<String> rows = list.lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertEquals("KEY VALUE ORIGIN", rows.get(0));
    assertTrue(rows.contains("jobs 8 " + file() + ":1"), list);
    assertTrue(rows.contains("limit-rate 2M " + work.resolve(".flint/config.yaml") + ":2"), list);
    assertTrue(rows.contains("progress plain FLINT_PROGRESS"), list);
    assertTrue(rows.contains("stall-timeout 60 default"), list);
    assertTrue(rows.contains("registries.r.lan:5000.http2 true " + file() + ":4"), list);
    assertEquals(rows.stream().skip(1).sorted().toList(), rows.subList(1, rows.size()));
    JsonObject json =
        JsonObject.parse(
            user.run("config", "list", "-o", "json").ok().getBytes(StandardCharsets.UTF_8), "list");
    assertEquals("config-list/v1", json.requiredString("schema"));
    JsonObject jobs = json.objects("settings").get(1);
    assertEquals("jobs", jobs.requiredString("key"));
    assertEquals("user", jobs.requiredString("origin"));
    assertEquals(1, jobs.integer("line").orElse(0));
  }

  /** The file is elsewhere, and would be asked for another one. */
  @Test
  void pathsAreOfTheFolderThatTheyAreTypedIn() {
    String key = "registries.r.lan:5000.ca-file";
    user.run("config", "set", key, "tls/../c.pem").ok();
    assertEquals(work.resolve("c.pem").toString(), user.run("config", "get", key).ok());
    user.run("config", "set", key, "").fails(2);
  }

  @Test
  void getsSetsAndForgets() {
    assertEquals("3", user.run("config", "get", "jobs").ok());
    user.run("config", "get", "limit-rate").fails(4);
    user.run("config", "set", "limit-rate", "2M").ok();
    assertEquals("2M", user.run("config", "get", "limit-rate").ok());
    user.run("config", "unset", "limit-rate").ok();
    user.run("config", "unset", "limit-rate").fails(4);
    assertEquals(file().toString(), user.run("config", "path").ok());
    user.run("config", "path", "--project").fails(4);
    user.run("config", "set", "--project", "jobs", "2").ok();
    assertEquals(
        work.resolve(".flint/config.yaml").toString(),
        user.run("config", "path", "--project").ok());
    Cli.Result beaten = user.run("config", "set", "jobs", "5");
    assertTrue(beaten.err().contains("jobs is 2 all the same"), beaten.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config set job 3 | did you mean jobs",
        "config set jobs 99 | from 1 to 16",
        "config set output xml | neither table, json nor yaml",
        "config set registries.a.b.pasword x | known are plain-http",
        "config set password x | unknown key password",
        "config get jbos | did you mean jobs",
      })
  void refusesWhatIsWrong(String words, String why) {
    Cli.Result result = user.run(words.split(" ", -1)).fails(2);
    assertTrue(result.err().contains(why), result.err());
    assertFalse(Files.exists(file()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "registries: {ghcr.io: {insecure-skip-verify: true}}",
        "registries: {ghcr.io: {mirrors: [evil.example]}}",
        "registries: {ghcr.io: {auth-realm: evil.example}}"
      })
  void aHostileProjectStopsCommandsInOneLine(String text) throws IOException {
    project(text);
    user.run("images").fails(10);
    user.run("tags", "localhost:1/x").fails(10);
    user.run("config", "set", "--project", "registries.a.b.http2", "true").fails(10);
    // Help, and what mends it, go on working.
    assertTrue(user.run("images", "--help").ok().contains("Usage"));
    assertTrue(user.run("--help").ok().contains("Usage"));
    assertTrue(user.run("help", "images").ok().contains("Usage"));
    assertTrue(user.run("--version").ok().startsWith("flint"));
    user.run("config", "path").ok();
  }

  @Test
  void whatCannotBeUnderstoodIsNamedWithItsPlace() throws IOException {
    Files.createDirectories(home.resolve(".config/flint"));
    Files.writeString(file(), "jobs: 4\noutput: pink\n");
    Cli.Result result = user.run("images").fails(2);
    assertTrue(result.err().contains("config.yaml line 2: output: neither"), result.err());
    user.run("config", "path").ok();
    Files.delete(file());
    result = user.with("FLINT_OUTPUT", "pink").run("images").fails(2);
    assertTrue(result.err().contains("FLINT_OUTPUT: neither table, json nor yaml"), result.err());
  }

  /** The table of keys says the same as the options. */
  @Test
  void keysAgreeWithOptions() {
    List<String> modes = Arrays.stream(ProgressMode.values()).map(Enum::name).toList();
    assertEquals(modes, ConfigKey.PROGRESS.words());
    for (ConfigKey key : List.of(ConfigKey.OUTPUT, ConfigKey.COMPRESSION, ConfigKey.PROGRESS)) {
      CommandLine owner =
          Objects.requireNonNull(
              Flint.model().getSubcommands().get(key == ConfigKey.OUTPUT ? "images" : "import"));
      var option = owner.getCommandSpec().findOption("--" + key.word());
      assertEquals(key.usual(), option.defaultValue());
      List<String> candidates = new ArrayList<>();
      option.completionCandidates().forEach(candidates::add);
      // A template is no word.
      candidates.remove("go-template=");
      assertEquals(candidates, key.words());
    }
  }

  @Test
  void everyKeyIsDocumented() throws IOException {
    String page = Files.readString(Path.of("../docs/configuration.md"));
    for (ConfigKey key : ConfigKey.values()) {
      String usual = key.usual().isEmpty() ? "" : "`" + key.usual() + "`";
      String row =
          key.isOfRegistry()
              ? "| `%s` | %s | %s |".formatted(key.word(), usual, key.description())
              : "| `%s` | `%s` | %s | %s |"
                  .formatted(key.word(), key.variable(), usual, key.description());
      assertTrue(page.contains(row), () -> "missing in docs/configuration.md: " + row);
    }
  }

  @Test
  void aFileThatCannotBeUnderstoodIsAnEventForProgramsToo() throws IOException {
    Files.writeString(
        Files.createDirectories(file().resolveSibling(".")).resolve("config.yaml"), "jobs: [");
    Cli.Result result = user.run("--progress", "json", "images");
    JsonObject event =
        JsonObject.parse(result.err().strip().getBytes(StandardCharsets.UTF_8), result.err());
    assertEquals("error", event.requiredString("event"));
    assertEquals(result.exit(), event.integer("exitCode").orElseThrow());
    assertEquals(0, user.run("--progress", "json", "images", "--help").exit());
  }
}
