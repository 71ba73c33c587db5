package dev.flint.build.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.build.file.JavaApplication;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaInputsTest {
  @TempDir Path folder;
  @TempDir Path work;

  private void jar(String name, String mainClass, String classPath, String... entries)
      throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!mainClass.isEmpty()) {
      manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
    }
    if (!classPath.isEmpty()) {
      manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      for (String entry : entries) {
        jar.putNextEntry(new ZipEntry(entry));
        jar.write(entry.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static JavaApplication application(String jar, String... dependencies) {
    return new JavaApplication(
        jar, List.of(), List.of(), List.of(dependencies), "", List.of("-Xmx64m"));
  }

  private List<String> layers(JavaInputs inputs) throws IOException {
    List<String> out = new ArrayList<>();
    for (Layer layer : inputs.layers(work)) {
      out.add(
          layer.name()
              + ": "
              + String.join(" ", layer.entries().stream().map(Entry::target).toList()));
    }
    return out;
  }

  @Test
  void aJarBecomesTheLayersOfJib() throws IOException {
    jar("target/lib/dep-1.0.jar", "", "");
    jar("target/lib/other-2-SNAPSHOT.jar", "", "");
    jar("more/extra.jar", "", "");
    jar(
        "target/app.jar",
        "demo.Main",
        "lib/dep-1.0.jar lib/other-2-SNAPSHOT.jar",
        "demo/Main.class",
        "demo/text.properties");
    JavaInputs inputs = JavaInputs.of(folder, application("target/app.jar", "more"));
    assertEquals(
        List.of(
            "dependencies: /app/libs/dep-1.0.jar /app/libs/extra.jar",
            "snapshot dependencies: /app/libs/other-2-SNAPSHOT.jar",
            "resources: /app/resources/META-INF/MANIFEST.MF /app/resources/demo/text.properties",
            "classes: /app/classes/demo/Main.class"),
        layers(inputs));
    assertEquals(
        List.of(
            "java",
            "-Xmx64m",
            "-cp",
            "/app/resources:/app/classes:/app/libs/dep-1.0.jar:/app/libs/extra.jar"
                + ":/app/libs/other-2-SNAPSHOT.jar",
            "demo.Main"),
        inputs.command(List.of("java")));
    assertEquals(4, inputs.entries().size());
  }

  @Test
  void foldersOfClassesAreSortedIntoClassesAndResources() throws IOException {
    Files.createDirectories(folder.resolve("classes/a"));
    Files.writeString(folder.resolve("classes/a/Main.class"), "x");
    Files.writeString(folder.resolve("classes/a/text"), "x");
    JavaApplication application =
        new JavaApplication("", List.of("classes"), List.of(), List.of(), "a.Main", List.of());
    assertEquals(
        List.of("resources: /app/resources/a/text", "classes: /app/classes/a/Main.class"),
        layers(JavaInputs.of(folder, application)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../evil", "/evil", "a/../../evil.class", "a\\b", "./a", "a//b"})
  void refusesJarsWhoseNamesLeadElsewhere(String name) throws IOException {
    jar("app.jar", "Main", "", name);
    JavaInputs inputs = JavaInputs.of(folder, application("app.jar"));
    FlintException failure = assertThrows(FlintException.class, () -> inputs.layers(work));
    assertEquals(ErrorCode.POLICY, failure.code());
    assertFalse(Files.exists(folder.resolve("evil")));
  }

  @Test
  void refusesWhatIsNoJarOrCannotBeTold() throws IOException {
    Files.writeString(folder.resolve("no.jar"), "not a zip");
    assertEquals(
        ErrorCode.PROTOCOL,
        assertThrows(FlintException.class, () -> JavaInputs.of(folder, application("no.jar")))
            .code());
    jar("silent.jar", "", "");
    assertThrows(FlintException.class, () -> JavaInputs.of(folder, application("silent.jar")));
    jar("a/same.jar", "", "");
    jar("b/same.jar", "", "");
    jar("app.jar", "Main", "a/same.jar");
    assertThrows(
        FlintException.class, () -> JavaInputs.of(folder, application("app.jar", "b/same.jar")));
    jar("out.jar", "Main", "../../../etc/passwd");
    assertThrows(FlintException.class, () -> JavaInputs.of(folder, application("out.jar")));
  }

  /** The build file is there to be read; what a jar says inside is not. */
  @ParameterizedTest
  @ValueSource(strings = {"app.jar", "/app.jar"})
  void aJarNamesNothingBesideItsFolder(String jar) throws IOException {
    Path secret = Files.writeString(work.resolve("id_rsa"), "secret");
    String name = jar.startsWith("/") ? folder + jar : jar;
    Path own = folder.resolve("own.jar");
    Files.createSymbolicLink(own, secret);
    for (String entry :
        List.of(secret.toString(), folder.relativize(secret).toString(), "own.jar")) {
      jar("app.jar", "Main", entry);
      FlintException failure =
          assertThrows(FlintException.class, () -> JavaInputs.of(folder, application(name)), entry);
      assertEquals(ErrorCode.POLICY, failure.code(), entry);
    }
  }

  @Test
  void aFolderOfJarsFromOutsideNamesNothingBesideItself() throws IOException {
    jar("app.jar", "Main", "");
    Path libs = Files.createDirectory(work.resolve("libs"));
    Files.createSymbolicLink(
        libs.resolve("a.jar"), Files.writeString(work.resolve("id_rsa"), "secret"));
    assertEquals(
        ErrorCode.POLICY,
        assertThrows(
                FlintException.class,
                () -> JavaInputs.of(folder, application("app.jar", libs.toString())))
            .code());
  }

  @Test
  void theClassPathHasTheOrderOfTheManifestAndThenOfTheFile() throws IOException {
    for (String name : List.of("z.jar", "a.jar", "m/d.jar", "m/c.jar", "b.jar")) {
      jar(name, "", "");
    }
    jar("app.jar", "Main", "z.jar a.jar");
    JavaInputs inputs = JavaInputs.of(folder, application("app.jar", "m", "b.jar"));
    assertEquals(
        "/app/resources:/app/classes:/app/libs/z.jar:/app/libs/a.jar"
            + ":/app/libs/c.jar:/app/libs/d.jar:/app/libs/b.jar",
        inputs.command(List.of("java")).get(3));
  }

  @Test
  void refusesAManifestThatGrows() throws IOException {
    Path file = folder.resolve("app.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      zip.write("Manifest-Version: 1.0\nMain-Class: Main\n\n".getBytes(StandardCharsets.UTF_8));
      zip.write(new byte[1 << 20]);
    }
    assertEquals(
        ErrorCode.POLICY,
        assertThrows(FlintException.class, () -> JavaInputs.of(folder, application("app.jar")))
            .code());
  }
}
