package dev.flint.capstan.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.compose.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageRootTest {
  @TempDir Path home;
  private Path root;
  private Path project;

  @BeforeEach
  void makeFolders() throws IOException {
    root = Files.createDirectory(home.resolve("capstan"));
    project = Files.createDirectories(home.resolve("project/meta")).resolve("..").normalize();
  }

  private PackageRoot empty() {
    return new PackageRoot(new PackageRepository(root), Set.of());
  }

  private PackageRoot composed(String... more) throws IOException {
    PackageRoot made = empty();
    made.addPackageFolder(project, List.of(more));
    return made;
  }

  private void manifest(String rest) throws IOException {
    Files.writeString(
        project.resolve("meta/package.yaml"), "name: app\ntitle: t\nauthor: a\n" + rest);
  }

  private void run(String yaml) throws IOException {
    Files.writeString(project.resolve("meta/run.yaml"), yaml);
  }

  private static MpmFixture with(String content) {
    return new MpmFixture().file("/shared", content).file("/from-" + content, content);
  }

  @Test
  void aFolderIsAPackageWithAllButItsMeta() throws Exception {
    manifest("version: \"1.2\"\n");
    run("runtime: native\nconfig_set:\n  web:\n    bootcmd: /app --x\n");
    Files.writeString(project.resolve("app"), "a");
    Files.writeString(project.resolve("README.md"), "r");
    Files.writeString(project.resolve(".capstanignore"), "/README.md\n");
    Files.createDirectory(project.resolve(".git"));
    PackageRoot made = composed();
    assertEquals(
        Map.of("app", "a", "run", "/", "run/web", "/app --x", "run/default", "/app --x"),
        Roots.texts(made.tree(), home));
    assertEquals("runscript /run/web;", made.commandLine(List.of()).text());
    assertEquals("app", made.name());
    assertEquals("1.2", made.version());
    assertEquals(1, made.notes().size());
  }

  @Test
  void whatRequiresGoesOverWhatIsRequired() throws Exception {
    with("base").install(root, "base", "");
    with("left").install(root, "left", "require: [base]\n");
    with("right").install(root, "right", "require:\n  - base\n");
    with("boot").install(root, "osv.bootstrap", "");
    manifest("require: [left, right]\n");
    Map<String, String> texts = Roots.texts(composed().tree(), home);
    assertEquals("right", texts.get("shared"));
    assertEquals(
        Set.of("shared", "from-base", "from-left", "from-right", "from-boot"), texts.keySet());
    Files.writeString(project.resolve("shared"), "own");
    assertEquals("own", Roots.texts(composed().tree(), home).get("shared"));
    // Capstan unpacks base a second time for right, so it goes over left.
    manifest("require: [left, base]\n");
    Files.delete(project.resolve("shared"));
    assertEquals("base", Roots.texts(composed().tree(), home).get("shared"));
    assertEquals("left", Roots.texts(composed("left").tree(), home).get("shared"));
    assertTrue(composed().notes().isEmpty());
  }

  @Test
  void anArchiveMayBePlainAndHasFoldersLinksAndLongNames() throws Exception {
    String deep = "/" + "n".repeat(200) + "/" + "m".repeat(200);
    MpmFixture archive =
        new MpmFixture()
            .folder("/")
            .folder("/meta")
            .file("/meta/package.yaml", "name: x")
            .file("/empty", "")
            .folder("/usr/lib")
            .link("/usr/lib/x.so", "x.so.1")
            .link("/usr/up", "../etc")
            .file("./usr/lib/x.so.1", "x")
            .file(deep, "deep");
    Path packages = Files.createDirectories(root.resolve("packages"));
    Files.write(packages.resolve("x.mpm"), archive.plain());
    Files.writeString(packages.resolve("x.yaml"), "name: x\n");
    PackageRoot made = empty();
    made.addPackages(List.of("x"));
    assertEquals(
        Map.of(
            "empty",
            "",
            "usr",
            "/",
            "usr/lib",
            "/",
            "usr/lib/x.so",
            "-> x.so.1",
            "usr/up",
            "-> /etc",
            "usr/lib/x.so.1",
            "x",
            "n".repeat(200),
            "/",
            deep.substring(1),
            "deep"),
        Roots.texts(made.tree(), home));
  }

  @Test
  void packagesThatAreNotThereAreNamedWithARemedy() throws Exception {
    with("a").install(root, "a", "require: [none]\n");
    manifest("require: [a]\n");
    FlintException e = assertThrows(FlintException.class, this::composed);
    assertEquals(ErrorCode.NOT_FOUND, e.code());
    assertTrue(String.valueOf(e.getMessage()).contains("none, which a requires,"), e.getMessage());
    assertEquals("capstan package pull none", e.remedy());
    Files.delete(root.resolve("packages/a.mpm"));
    with("none").install(root, "none", "");
    assertEquals(ErrorCode.NOT_FOUND, assertThrows(FlintException.class, this::composed).code());
  }

  @Test
  void packagesThatRequireEachOtherAreRefused() throws Exception {
    with("a").install(root, "a", "require: [b]\n");
    with("b").install(root, "b", "require: [a]\n");
    manifest("require: [a]\n");
    FlintException e = assertThrows(FlintException.class, this::composed);
    assertTrue(String.valueOf(e.getMessage()).contains("a, b, and again a"), e.getMessage());
  }

  @Test
  void manyWaysToOnePackageTakeNoTime() throws Exception {
    for (int i = 0; i < 60; i++) {
      String next = "p" + (i + 1);
      with("x").install(root, "p" + i, i < 59 ? "require: [" + next + ", " + next + "]\n" : "");
    }
    assertEquals(60, new PackageRepository(root).inOrder(List.of("p0")).size());
  }

  @Test
  void namesOfPackagesAreNoPaths() throws Exception {
    for (String name : new String[] {"../x", "a/b", "", ".x", "x".repeat(129)}) {
      manifest("require: ['" + name + "']\n");
      assertEquals(
          ErrorCode.PROTOCOL, assertThrows(FlintException.class, this::composed).code(), name);
    }
  }

  @Test
  void aFileCannotTakeThePlaceOfAFolder() throws Exception {
    new MpmFixture().file("/etc/x", "x").install(root, "a", "");
    Files.writeString(project.resolve("etc"), "file");
    FlintException e = assertThrows(FlintException.class, () -> composed("a"));
    assertEquals(ErrorCode.POLICY, e.code());
  }

  @Test
  void aPlainFolderGetsNothingThatItDoesNotAskFor() throws Exception {
    with("boot").install(root, "osv.bootstrap", "");
    Files.writeString(project.resolve("app"), "a");
    PackageRoot made = composed();
    assertEquals(Map.of("app", "a"), Roots.texts(made.tree(), home));
    assertEquals(List.of(), made.notes());
  }

  @Test
  void theFileThatIsWrittenIsNotOnTheDisk() throws Exception {
    Path out = Files.writeString(project.resolve("out.qcow2"), "old");
    PackageRoot made = new PackageRoot(new PackageRepository(root), Set.of(out));
    made.addPackageFolder(project, List.of());
    assertFalse(made.tree().hasFile("out.qcow2"));
  }

  @Test
  void somebodyHasToSayWhatRuns() throws Exception {
    FlintException e = assertThrows(FlintException.class, () -> composed().commandLine(List.of()));
    assertEquals(ErrorCode.USAGE, e.code());
    e = assertThrows(FlintException.class, () -> composed().commandLine(List.of("web")));
    assertEquals(ErrorCode.NOT_FOUND, e.code());
    Files.createDirectory(project.resolve("run"));
    Files.writeString(project.resolve("run/default"), "/app");
    assertEquals("runscript /run/default;", composed().commandLine(List.of()).text());
    Files.writeString(project.resolve("run/other"), "/app");
    assertEquals(
        "runscript /run/other;runscript /run/default;",
        composed().commandLine(List.of("other", "default")).text());
  }

  @Test
  void metaMayNotLeadElsewhere() throws Exception {
    Files.delete(project.resolve("meta"));
    Files.createSymbolicLink(project.resolve("meta"), root);
    assertEquals(ErrorCode.POLICY, assertThrows(FlintException.class, this::composed).code());
  }
}
