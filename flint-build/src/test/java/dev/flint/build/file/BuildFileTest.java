package dev.flint.build.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Platform;
import dev.flint.oci.archive.Location;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildFileTest {
  @TempDir Path folder;

  private BuildFile read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("flint.yaml"), yaml);
    return BuildFile.read(file, folder);
  }

  /** Every key there is, as docs/build.md shows it. */
  private static final String ALL =
      """
      name: localhost:5000/demo/web
      tags: ["1.0", latest]
      platforms: [linux/amd64, linux/arm64]
      backends: [containerd, osv]
      labels: {team: edge}
      annotations: {org.opencontainers.image.source: "https://example.com/web"}
      base: example.com/jre:17
      command: [/bin/web]
      args: [--port, "8080"]
      env: {MODE: fast, EMPTY: ""}
      workingDir: /srv
      user: 1000:1000
      ports: [8080, 53/udp]
      memory: 1Gi
      cpus: 2
      files:
        - {source: web, target: /bin/web, mode: 0755, owner: "1:2"}
        - {source: conf, target: /etc/web/, folderMode: 0700}
      java: {jar: app.jar, dependencies: libs, mainClass: a.Main, jvmFlags: [-Xmx800m]}
      containerd:
        base: store:other:1
        env: {MODE: slow}
        files: {readme: /README}
      osv:
        loader: loader.img
        packages: [openjdk]
        options: [--noinit]
        format: raw
        command: /java.so
        ports: [25565]
        memory: 512
      """;

  @Test
  void readsEveryKey() throws IOException {
    BuildFile file = read(ALL);
    assertEquals(
        List.of("localhost:5000/demo/web:1.0", "localhost:5000/demo/web:latest"),
        file.names().stream().map(Object::toString).toList());
    assertEquals(
        List.of(new Platform("linux", "amd64", ""), new Platform("linux", "arm64", "")),
        file.platforms());
    assertEquals(List.of(Kind.CONTAINERD, Kind.OSV), file.kinds());
    assertEquals(Map.of("team", "edge"), file.labels());
    assertEquals(
        new JavaApplication(
            "app.jar", List.of(), List.of(), List.of("libs"), "a.Main", List.of("-Xmx800m")),
        file.java().orElseThrow());
    ContainerSection container = file.container();
    assertEquals(Optional.of(Location.parse("store:other:1")), container.base());
    assertEquals(List.of("MODE=slow", "EMPTY="), container.execution().envEntries());
    assertEquals(
        new Execution(
            List.of("/bin/web"),
            List.of("--port", "8080"),
            Map.of("MODE", "slow", "EMPTY", ""),
            "/srv",
            "1000:1000",
            List.of("8080/tcp", "53/udp"),
            OptionalLong.of(1024),
            OptionalInt.of(2)),
        container.execution());
    FileRule web =
        new FileRule("web", "/bin/web", OptionalInt.of(0755), OptionalInt.empty(), "1:2");
    FileRule conf = new FileRule("conf", "/etc/web", OptionalInt.empty(), OptionalInt.of(0700), "");
    FileRule readme =
        new FileRule("readme", "/README", OptionalInt.empty(), OptionalInt.empty(), "");
    assertEquals(List.of(web, conf, readme), container.files());
    OsvSection osv = file.osv();
    assertEquals("loader.img", osv.loader());
    assertEquals(List.of("openjdk"), osv.packages());
    assertEquals(OsvSection.Format.RAW, osv.format());
    assertEquals(List.of("--noinit"), osv.options());
    assertEquals(List.of("/java.so"), osv.execution().command());
    assertEquals(List.of(), osv.execution().args(), "arguments were for the other program");
    assertEquals(List.of("25565/tcp"), osv.execution().ports());
    assertEquals(OptionalLong.of(512), osv.execution().memoryMib());
    assertEquals(List.of(web, conf), osv.files());
  }

  @Test
  void aFoldedCommandLineIsOneLine() throws IOException {
    assertEquals(
        "/app --x", read("osv:\n  commandLine: >\n    /app\n    --x\n").osv().commandLine());
  }

  @Test
  void littleIsNeeded() throws IOException {
    BuildFile file = read("base: docker://example.com/x");
    assertEquals(List.of(), file.names());
    assertEquals(List.of(Kind.CONTAINERD), file.kinds());
    assertEquals(List.of(new Platform("linux", "amd64", "")), file.platforms());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nmae: x | unknown key \"nmae\" | did you mean \"name\"?",
        "working_dir: /x | unknown key \"working_dir\" | did you mean \"workingDir\"?",
        "entrypoint: [x] | unknown key \"entrypoint\" | known are: name, tags",
        "osv: {lodaer: x} | flint.yaml, osv: unknown key \"lodaer\" | did you mean \"loader\"?",
        "osv: {base: x} | osv: unknown key \"base\" | known are",
        "containerd: {comand: x} | containerd: unknown key \"comand\" | \"command\"?",
        "java: {jar: a.jar, mainclas: x} | java: unknown key \"mainclas\" | \"mainClass\"?",
        "files: [{source: a, targets: /b, target: /b}] | files[0]: unknown key \"targets\" | target",
      })
  void saysWhichKeyNobodyKnows(String yaml, String message, String remedy) {
    FlintException failure = assertThrows(FlintException.class, () -> read(yaml));
    assertEquals(ErrorCode.USAGE, failure.code());
    assertTrue(FlintException.line(failure).contains(message), FlintException.line(failure));
    assertTrue(failure.remedy().contains(remedy), failure.remedy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: 5 | name must be a string",
        "name: UPPER x | name is not an image reference",
        "name: a@sha256:0000000000000000000000000000000000000000000000000000000000000000 | name has a digest",
        "{name: 'a:1', tags: [b]} | name has a tag, and there are tags too",
        "tags: [a] | tags need a name",
        "{name: a, tags: [1.0]} | tags must be a list of strings",
        "{name: a, tags: ['x y']} | tags has \"x y\", which is no tag",
        "platforms: [linux] | platforms has an entry that is not a platform",
        "platforms: {a: b} | platforms must be a list of strings",
        "backends: [docker] | backends has \"docker\", which Flint cannot build",
        "labels: [a] | labels must be a map",
        "labels: {a: 1} | labels.a must be a string",
        "labels: {feather.backend: x} | labels cannot set \"feather.backend\"",
        "env: {A: true} | env.A must be a string",
        "env: [A=1] | env must be a map",
        "env: {'A=B': c} | env has \"A=B\", which is no name of a variable",
        "command: {a: b} | command must be a list of strings",
        "args: [1] | args must be a list of strings",
        "workingDir: srv | workingDir must be an absolute path",
        "workingDir: /a/../b | workingDir must be an absolute path",
        "user: a b | user must be user or user:group",
        "ports: [0] | ports has \"0\", which is no port",
        "ports: [70000] | ports has \"70000\"",
        "ports: ['80:80'] | ports has \"80:80\"",
        "ports: [[80]] | ports must be a list of numbers or strings",
        "memory: 1T | memory must be a size",
        "memory: 0 | memory must be a size",
        "cpus: 1.5 | cpus must be a whole number",
        "cpus: 0 | cpus must be within 1 and 4096",
        "files: a | files must be a list of maps",
        "files: {a: b} | files has the target \"b\", which is no absolute path",
        "files: {a: /b/../c} | files has the target \"/b/../c\"",
        "files: [{target: /a}] | files[0].source is required",
        "files: [{source: a}] | files[0].target is required",
        "files: [{source: a, target: /a, mode: 755}] | files[0].mode must be within 0 and 0777",
        "files: [{source: a, target: /a, mode: 04755}] | files[0].mode must be within 0 and 0777",
        "files: [{source: a, target: /a, owner: me}] | files[0].owner must be two numbers",
        "java: {} | java.jar or classes is required",
        "java: {jar: a, classes: b} | java.jar or classes is required, and not both",
        "java: {classes: b} | java.mainClass is required",
        "java: {jar: a, mainClass: 'a b'} | java.mainClass must be the name of a class",
        "base: just-a-name | base is just-a-name names no registry",
        "base: '-' | base cannot be read from standard input",
        "osv: x | osv must be a map",
        "osv: {format: vdi} | osv.format must be qcow2 or raw",
        "osv: {format: raw, compress: true} | osv.compress goes with the format qcow2",
        "osv: {compress: 'yes'} | osv.compress must be true or false",
        "osv: {options: [noinit]} | osv.options has \"noinit\"",
        "osv: {commandLine: /x, command: /y} | osv.commandLine says all",
        "osv: {commandLine: /x, options: [--noinit]} | write what options says into it",
        "osv: {commandLine: /x, env: {A: b}} | write what env says into it",
        "osv: {commandLine: /x, workingDir: /y} | write what workingDir says into it",
        "\"a\\u0001b\": c | unknown key",
      })
  void saysWhichValueIsWrong(String yaml, String message) {
    FlintException failure = assertThrows(FlintException.class, () -> read(yaml));
    assertEquals(ErrorCode.USAGE, failure.code());
    assertTrue(FlintException.line(failure).contains(message), FlintException.line(failure));
  }

  @Test
  void refusesWhatIsNoSingleDocument() throws IOException {
    for (String yaml : List.of("a: b\n---\nc: d\n", "a: [b", "a: b\na: c\n")) {
      assertEquals(
          ErrorCode.USAGE, assertThrows(FlintException.class, () -> read(yaml)).code(), yaml);
    }
    assertThrows(FlintException.class, () -> read(""));
    assertEquals(
        ErrorCode.NOT_FOUND,
        assertThrows(FlintException.class, () -> BuildFile.read(folder.resolve("none"), folder))
            .code());
  }

  @Test
  void refusesYamlThatGrows() {
    StringBuilder bomb = new StringBuilder("a: &a0 [xxxxxxxxxx, xxxxxxxxxx]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("b%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    FlintException failure = assertThrows(FlintException.class, () -> read(bomb.toString()));
    assertEquals(ErrorCode.POLICY, failure.code());
  }

  @Test
  void basesOfTheHostStayInTheFolder() throws IOException {
    Files.createDirectory(folder.resolve("layout"));
    assertTrue(read("base: oci:layout:1").container().base().isPresent());
    assertThrows(FlintException.class, () -> read("base: oci:../layout:1"));
  }
}
