package dev.flint.build.osv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.build.file.BuildFile;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.LaunchLine;
import dev.flint.osv.OsvCommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestStartTest {
  @TempDir Path folder;

  private GuestStart start(String osv) throws IOException {
    Path path = Files.writeString(folder.resolve("flint.yaml"), "osv: {" + osv + "}\n");
    BuildFile file = BuildFile.read(path, folder);
    return GuestStart.of(file.osv(), file.osv().execution());
  }

  @Test
  void aCommandIsOnTheLine() throws IOException {
    GuestStart start = start("command: [/a, b c], env: {X: y}, options: [--noinit]");
    assertEquals("--env=X=y --noinit /a \"b c\"", start.line().orElseThrow().text());
    assertEquals("", start.script());
  }

  @Test
  void aCommandThatIsTooLongForTheLineIsAScript() throws IOException {
    String longest = "x".repeat(LaunchLine.MAX_BYTES - "--noinit /a ".length());
    assertEquals("", start("command: [/a, " + longest + "], options: [--noinit]").script());
    GuestStart start = start("command: [/a, " + longest + "x], options: [--noinit]");
    assertEquals("/a " + longest + "x", start.script());
    assertEquals("--noinit runscript /run/default;", start.line().orElseThrow().text());
  }

  @Test
  void optionsAndVariablesGoInFrontOfWhatThePackagesSay() throws IOException {
    GuestStart start = start("packages: [p], options: [--noinit], env: {X: y}, workingDir: /srv");
    assertTrue(start.line().isEmpty());
    assertEquals(
        "--env=X=y --cwd=/srv --noinit runscript /run/default;",
        LaunchLine.withOptions(start.options(), new OsvCommandLine("runscript /run/default;"))
            .text());
  }

  @Test
  void refusesArgumentsWithoutACommandAndAGuestWithout() {
    for (String osv : new String[] {"packages: [p], args: [x]", "options: [--noinit]"}) {
      assertEquals(
          ErrorCode.USAGE, assertThrows(FlintException.class, () -> start(osv)).code(), osv);
    }
  }
}
