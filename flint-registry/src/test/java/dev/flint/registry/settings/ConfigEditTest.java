package dev.flint.registry.settings;

import static dev.flint.registry.testing.OneLine.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigEditTest {
  private static final String FILE =
      """
      # The link of this site \uD83D\uDE80
      limit-rate: 2M            # measured

      registries:
        # Ours
        Registry.lan:5000:
            plain-http: false   # never
            mirrors:
              - a.lan           # near
              - 'b.lan/hub'
        '[::1]:5000': {http2: true}
      min-rate: 0
      """;

  @TempDir Path folder;

  private Path file = Path.of("");

  private ConfigEdit edit(String text) throws IOException {
    file = Files.writeString(folder.resolve("c.yaml"), text, StandardCharsets.UTF_8);
    return new ConfigEdit(file, false);
  }

  private String text() throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static ConfigName name(String text) {
    return ConfigName.parse(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit-rate | 500K | limit-rate: 2M            # | limit-rate: 500K            #",
        "min-rate | 10 | min-rate: 0 | min-rate: 10",
        "registries.registry.lan:5000.plain-http | true | http: false   # | http: true   #",
        "registries.registry.lan:5000.mirrors | c.lan,d.lan:1/x |"
            + " - a.lan           # near\\n        - 'b.lan/hub'| [c.lan, d.lan:1/x]",
        "registries.[::1]:5000.http2 | false | {http2: true} | {http2: false}",
        "jobs | 8 | min-rate: 0\\n | min-rate: 0\\njobs: 8\\n",
        "registries.registry.lan:5000.ca-file | lan ca.pem | - 'b.lan/hub'\\n |"
            + " - 'b.lan/hub'\\n      ca-file: 'lan ca.pem'\\n",
        "registries.new.lan.auth-realm | auth.lan | {http2: true}\\n |"
            + " {http2: true}\\n  new.lan:\\n    auth-realm: auth.lan\\n",
      })
  void changesOnePlaceOnly(String name, String value, String before, String after)
      throws IOException {
    ConfigEdit edit = edit(FILE);
    edit.set(name(name), value);
    String old = before.replace("\\n", "\n");
    assertTrue(FILE.contains(old), old);
    assertEquals(FILE.replace(old, after.replace("\\n", "\n")), text());
    assertEquals(value, ConfigText.read(file, false).values().get(name(name)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit-rate | limit-rate: 2M            # measured\\n",
        "min-rate | min-rate: 0\\n",
        "registries.registry.lan:5000.mirrors |"
            + " '      mirrors:\\n        - a.lan           # near\\n        - ''b.lan/hub''\\n'",
        "registries.[::1]:5000.http2 | '  ''[::1]:5000'': {http2: true}\\n'",
      })
  void takesOutWhatItShould(String name, String lines) throws IOException {
    ConfigEdit edit = edit(FILE);
    assertTrue(edit.unset(name(name)));
    String gone = lines.replace("\\n", "\n");
    assertTrue(FILE.contains(gone), gone);
    assertEquals(FILE.replace(gone, ""), text());
    assertFalse(edit.unset(name(name)));
  }

  @Test
  void takesOutTheRegistryWithItsLastKey() throws IOException {
    ConfigEdit edit = edit("jobs: 1\nregistries:\n  # one\n  a.b:\n    http2: true\n");
    edit.unset(name("registries.a.b.http2"));
    assertEquals("jobs: 1\n  # one\n", text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{jobs: 1}\n",
        "registries: {a.b: {http2: true}}\n",
        "registries: {}\n",
        "jobs: 1\n...\n",
        "registries:\n  a.b: {}\n"
      })
  void leavesAloneWhatIsWrittenInAnotherWay(String text) throws IOException {
    ConfigEdit edit = edit(text);
    assertFails(ErrorCode.USAGE, () -> edit.set(name("registries.c.d.http2"), "true"));
    assertEquals(text, text());
  }

  @ParameterizedTest
  @CsvSource({"jobs,17", "limit-rate,fast", "output,xml", "stall-timeout,0"})
  void refusesWrongValues(String name, String value) throws IOException {
    ConfigEdit edit = edit(FILE);
    assertFails(ErrorCode.USAGE, () -> edit.set(name(name), value));
    assertEquals(FILE, text());
  }

  @Test
  void keepsLineEndsAndMakesUpForAMissingOne() throws IOException {
    edit("jobs: 1\r\nmin-rate: 2").set(name("limit-rate"), "1");
    assertEquals("jobs: 1\r\nmin-rate: 2\r\nlimit-rate: 1\r\n", text());
  }

  @Test
  void aProjectsFileIsNeverChangedElsewhere() throws IOException {
    Path project = Files.createDirectory(folder.resolve("project"));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path own = project.resolve(".flint");
    ConfigEdit edit = new ConfigEdit(own.resolve("config.yaml"), true);
    Files.createSymbolicLink(own, elsewhere);
    assertFails(ErrorCode.POLICY, () -> edit.set(name("jobs"), "5"));
    try (Stream<Path> files = Files.list(elsewhere)) {
      assertEquals(List.of(), files.toList());
    }
    Files.delete(own);
    Files.createDirectory(own);
    Path victim = Files.writeString(elsewhere.resolve("victim"), "# mine\n");
    Files.createSymbolicLink(own.resolve("config.yaml"), victim);
    assertFails(ErrorCode.POLICY, () -> edit.set(name("jobs"), "5"));
    assertFails(ErrorCode.POLICY, () -> edit.unset(name("jobs")));
    assertEquals("# mine\n", Files.readString(victim));
  }

  @Test
  void keepsModeAndLink() throws IOException {
    Path real = Files.createDirectory(folder.resolve("dotfiles")).resolve("flint.yaml");
    Files.writeString(real, "jobs: 1\n");
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
    Path link = Files.createSymbolicLink(folder.resolve("config.yaml"), real);
    new ConfigEdit(link, false).set(name("jobs"), "2");
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("jobs: 2\n", Files.readString(real));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(real)));
    Files.delete(real);
    assertFails(ErrorCode.LOCAL_IO, () -> new ConfigEdit(link, false).set(name("jobs"), "3"));
  }

  @Test
  void makesTheFileWithItsFolder() throws IOException {
    file = folder.resolve("a/b/config.yaml");
    new ConfigEdit(file, false).set(name("registries.[::1]:5000.mirrors"), "a.b, c.d/x");
    assertEquals("registries:\n  '[::1]:5000':\n    mirrors: [a.b, c.d/x]\n", text());
  }

  @Test
  void projectsAreNotTrustedWithRegistries() {
    ConfigEdit edit = new ConfigEdit(folder.resolve("p.yaml"), true);
    assertFails(ErrorCode.POLICY, () -> edit.set(name("registries.a.b.http2"), "true"));
  }

  /** Two at once lose nothing of each other. */
  @Test
  void manyMayChangeItAtOnce() throws Exception {
    ConfigEdit edit = edit("# mine\n");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      ConfigName name = name("registries.r" + i + ".lan.http2");
      all.add(
          threads.submit(
              () -> {
                edit.set(name, "true");
                return null;
              }));
    }
    for (Future<?> each : all) {
      each.get();
    }
    threads.shutdown();
    assertEquals(24, ConfigText.read(file, false).values().size());
    assertTrue(text().startsWith("# mine\n"));
  }

  /** Whatever is set and taken out: what is read is what was meant, and comments stay. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void behavesLikeAMap(long seed) throws IOException {
    Random random = new Random(seed);
    ConfigEdit edit = edit(FILE);
    Map<ConfigName, String> model = new TreeMap<>(ConfigText.read(file, false).values());
    List<ConfigName> names =
        new ArrayList<>(ConfigKey.all(false).stream().map(ConfigName::of).toList());
    for (String host : List.of("registry.lan:5000", "new.lan", "docker.io", "10.0.0.1:5000")) {
      ConfigKey.all(true).forEach(key -> names.add(ConfigName.of(host, key)));
    }
    for (int step = 0; step < 120; step++) {
      ConfigName name = names.get(random.nextInt(names.size()));
      List<String> before = lines();
      if (random.nextInt(3) == 0) {
        assertEquals(model.remove(name) != null, edit.unset(name), name::toString);
        assertTrue(before.containsAll(lines()), name::toString);
      } else {
        boolean there = model.containsKey(name);
        String value = value(name.key(), random);
        edit.set(name, value);
        model.put(name, value);
        if (!there) {
          assertTrue(lines().containsAll(before), name::toString);
        }
      }
      assertEquals(model, ConfigText.read(file, false).values());
      assertTrue(text().startsWith(FILE.substring(0, FILE.indexOf('\n'))), this::textOrEmpty);
      assertTrue(text().contains("  # Ours\n"));
    }
  }

  private String textOrEmpty() {
    return file.toString();
  }

  private List<String> lines() throws IOException {
    return text().lines().toList();
  }

  private static String value(ConfigKey key, Random random) {
    int number = 1 + random.nextInt(16);
    return switch (key.kind()) {
      case RATE, SIZE -> number + List.of("", "K", "M").get(random.nextInt(3));
      case SECONDS, JOBS -> String.valueOf(number);
      case PATH ->
          List.of("a.pem", "/etc/x y.pem", "it's.pem", "true", "7", "# no").get(number % 6);
      case REALM -> List.of("auth.lan", "10.0.0.1:80", "null").get(number % 3);
      case MIRRORS -> List.of("a.lan", "a.lan,b.lan:1/x", "10.0.0.1:5000").get(number % 3);
      default -> key.words().get(number % key.words().size());
    };
  }
}
