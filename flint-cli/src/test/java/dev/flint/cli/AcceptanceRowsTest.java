package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every row of the acceptance tables (what a hostile or odd registry, link, file or user may do) is
 * the first word in the comment of a test.
 */
final class AcceptanceRowsTest {
  private static final Path ROOT = Path.of("..");

  private static final Set<String> ROWS =
      rows(
          """
          A1 A2 A3 A4 A5 A6 A8 A9 A10 A12 A13 A14 A15
          B1 B2 B3 B4 B6 B7 B8 B9 B11 B13
          C1 C2 C3 C4 C5 C7 C8 C9 C10 C11 C13 C14 C15 C16 C17 C19 C20 C21
          C24 C25 C26 C27 C28 C30 C31 C32 C33 C34 C35
          D1 D3 D4 D6 D8 D9 D10 D11 D13 D14 D16 D17 D18 D19 D20 D21 D22 D23
          E1 E2 E4 E5 E7 E9 E10 E11 E12 E14 E15 E17 E18 E19 E20 E21 E22 E23 E24 E26 E27 E28
          """);

  private static final Pattern NAMED =
      Pattern.compile("/\\*\\*\\s+(?:\\* )?((?:[A-E][0-9]+, )*[A-E][0-9]+)[.:,;]");

  @Test
  void eachHasATest() throws IOException {
    Set<String> missing = new TreeSet<>(ROWS);
    missing.removeAll(named());
    assertEquals(Set.of(), missing);
  }

  @Test
  void noTestNamesARowThatThereIsNot() throws IOException {
    Set<String> unknown = new TreeSet<>(named());
    unknown.removeAll(ROWS);
    assertEquals(Set.of(), unknown);
  }

  private static Set<String> named() throws IOException {
    Set<String> named = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT, 12)) {
      for (Path file : files.filter(AcceptanceRowsTest::isTest).toList()) {
        Matcher matcher = NAMED.matcher(Files.readString(file));
        while (matcher.find()) {
          named.addAll(rows(matcher.group(1).replace(",", "")));
        }
      }
    }
    assertTrue(named.size() > 20, "are these the project's tests? " + named);
    return named;
  }

  private static boolean isTest(Path file) {
    return file.toString().matches(".*/flint-[a-z]+/src/test/java/.*\\.java");
  }

  private static Set<String> rows(String text) {
    return Arrays.stream(text.strip().split("\\s+")).collect(Collectors.toCollection(TreeSet::new));
  }
}
