package dev.flint.capstan.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.FlintException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnoreRulesTest {
  private static IgnoreRules rules(String lines) throws FlintException {
    return IgnoreRules.parse(lines.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "/file.txt, file.txt, true",
    "/file.txt, folder/file.txt, false",
    "/folder/file.txt, folder/file.txt, true",
    "/*.txt, file.txt, true",
    "/*.txt, folder/file.txt, false",
    "/folder/*.txt, folder/file.txt, true",
    "/folder/*.txt, folder/sub/file.txt, false",
    "/folder/*.txt, folder/fileXtxt, false",
    "/**/file.txt, file.txt, true",
    "/**/file.txt, a/b/file.txt, true",
    "/**/*.txt, a/b/file.txt, true",
    "/folder/*, folder, false",
    "/folder/*, folder/file, true",
    "/folder/*, folder/sub/file, true",
    "/folder/*, folder2, false",
    "/folder, folder, true",
    "/folder, folder2, false",
    "^/folder$, folder, true",
    "/a+(b), a+(b), true",
    "file.txt, file.txt, false",
    "# /folder, folder, false",
    "'  /folder  ', folder, true",
    "'', meta/package.yaml, true",
    "'', mpm-pkg, true",
    "'', .git, true",
    "'', .capstanignore, true",
    "'', volumes, true",
    "'', src/.git, false",
  })
  void leavesOutWhatCapstanLeavesOut(String lines, String path, boolean ignored) throws Exception {
    assertEquals(ignored, rules(lines).ignores(path), path);
  }

  @Test
  void refusesToLeaveOutMeta() {
    assertThrows(FlintException.class, () -> rules("/x\n/meta\n"));
  }

  @Test
  void noPatternTakesLong() throws Exception {
    IgnoreRules rules = rules("/" + "*a".repeat(500));
    String path = "a".repeat(1000) + "b";
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60), () -> assertEquals(false, rules.ignores(path)));
    assertTrue(rules.ignores("a".repeat(1000)));
  }
}
