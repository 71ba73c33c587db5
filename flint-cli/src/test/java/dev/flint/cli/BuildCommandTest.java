package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.cli.Cli.Result;
import dev.flint.cli.demo.DemoGuest;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flint build} as a user types it. */
class BuildCommandTest {
  @TempDir Path folder;
  private Path site;
  private Cli user;

  @BeforeEach
  void site() throws IOException {
    site = Files.createDirectory(folder.resolve("site"));
    user = new Cli(folder);
    Files.writeString(site.resolve("program"), "program");
    DemoGuest.writeRaw(site.resolve("loader.img"), "/another");
    write(
        """
        name: demo/web:1
        backends: [containerd, osv]
        command: [/program]
        files: {program: /program}
        osv: {loader: loader.img}
        """);
  }

  private void write(String yaml) throws IOException {
    Files.writeString(site.resolve("flint.yaml"), yaml);
  }

  private Result build(String... options) {
    String[] words = new String[options.length + 2];
    words[0] = "build";
    words[1] = site.toString();
    System.arraycopy(options, 0, words, 2, options.length);
    return user.run(words);
  }

  @Test
  void makesBothVariantsAndSaysWhatIsUpToDate() throws IOException {
    Result first = build();
    List<String> lines = first.ok().lines().toList();
    assertTrue(lines.get(0).startsWith("demo/web:1@sha256:"), first.out());
    assertTrue(lines.get(1).startsWith("demo/web:1-osv@sha256:"), first.out());
    assertFalse(first.err().contains("up to date"), first.err());
    Result again = build();
    assertEquals(first.ok(), again.ok());
    assertTrue(again.err().contains("flint: containerd: up to date"), again.err());
    assertTrue(again.err().contains("flint: osv: up to date"), again.err());
    assertEquals(first.ok(), build("--no-cache").ok());
    assertTrue(user.run("inspect", "demo/web:1-osv").ok().contains("Command:     /program"));

    Files.writeString(site.resolve("program"), "another");
    Result changed = build("--backend", "osv", "-o", "json");
    JsonObject json =
        JsonObject.parse(changed.ok().getBytes(StandardCharsets.UTF_8), "result")
            .objects("images")
            .get(0);
    assertEquals("osv", json.requiredString("backend"));
    assertFalse(json.flag("upToDate"));
    assertTrue(json.requiredString("pinned").startsWith("demo/web:1-osv@"));
  }

  @Test
  void namesOfTheCommandLineReplaceThoseOfTheFile() {
    List<String> lines = build("-t", "other:2", "-t", "other:3").ok().lines().toList();
    assertEquals(
        List.of("other:2", "other:3", "other:2-osv", "other:3-osv"),
        lines.stream().map(line -> line.substring(0, line.indexOf('@'))).toList());
  }

  @Test
  void checksWithoutMakingAnything() throws IOException {
    assertTrue(build("--check").err().contains("can be built"));
    assertEquals(1, user.run("images").out().lines().count());
    Files.delete(site.resolve("program"));
    build("--check").fails(4);
  }

  @Test
  void saysWhatIsWrongInOneLine() throws IOException {
    write("name: x\nfiels: {a: /a}\n");
    assertTrue(build().fails(2).err().contains("did you mean \"files\"?"));
    write("files: {program: /program}\n");
    assertTrue(build().fails(2).err().contains("the build file has no name"));
    write("name: x\nfiles: {../secret: /secret}\n");
    Files.writeString(folder.resolve("secret"), "secret");
    build().fails(10);
    write("name: x\nfiles: {program: /program}\n");
    build("--backend", "osv").fails(2);
    build("--push").fails(2);
    assertEquals(1, user.run("images").out().lines().count());
    user.run("build", folder.resolve("nowhere").toString()).fails(4);
  }

  @Test
  void theFoldersFileIsTakenAndAnotherMayBeNamed() throws IOException {
    Files.move(site.resolve("flint.yaml"), folder.resolve("other.yaml"));
    build("-f", folder.resolve("other.yaml").toString()).ok();
    Files.move(folder.resolve("other.yaml"), site.resolve("third.yaml"));
    user.run("build", "-f", site.resolve("third.yaml").toString()).ok();
  }

  @Test
  void aPlatformThatIsNamedTwiceIsOne() {
    String once = build("--platform", "linux/amd64").ok();
    assertEquals(once, build("--platform", "linux/amd64", "--platform", "linux/amd64").ok());
  }

  @Test
  void theGuestOfALongClassPathStartsByItsScript() throws IOException {
    for (int i = 0; i < 40; i++) {
      Files.writeString(
          Files.createDirectories(site.resolve("libs")).resolve("library-number-" + i + ".jar"),
          "");
    }
    Files.writeString(
        Files.createDirectories(site.resolve("classes")).resolve("Main.class"), "class");
    write(
        """
        name: demo/web:1
        backends: [osv]
        java: {classes: classes, dependencies: libs, mainClass: Main}
        osv: {loader: loader.img, format: raw}
        """);
    build().ok();
    String inspected = user.run("inspect", "demo/web:1").ok();
    assertTrue(inspected.contains("runscript /run/default;"), inspected);
  }

  @Test
  void namesThatTwoVariantsWouldHaveAreRefused() {
    for (String check : List.of("--check", "--no-cache")) {
      assertTrue(
          build("-t", "a:1", "-t", "a:1-osv", check).fails(2).err().contains("two variants"));
    }
  }
}
