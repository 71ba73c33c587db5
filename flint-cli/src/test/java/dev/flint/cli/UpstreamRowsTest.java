package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every row of what the published agent does badly (docs/decisions.md, "Rows of the published
 * agent") is the first word in the comment of a test. What of a row is not supported says so in
 * words that are in the code.
 */
final class UpstreamRowsTest {
  private static final Path ROOT = Path.of("..");
  private static final int ROWS = 37;

  /** What there is not, by row: a file, and the words it is refused with. */
  private static final Map<String, Map.Entry<String, String>> REFUSALS =
      Map.of(
          "U20 NFS", Map.entry("pod/VolumeParser", "volumes of this type are not supported"),
          "U21 guests", Map.entry("qemu/GuestMounts", "a guest has no scratch volumes"),
          "U25 lifecycle", Map.entry("pod/Fields", "not supported"),
          "U33 guests",
              Map.entry("supervise/Supervisor", "is a guest, which runs no program but its own"),
          "U36 TLS", Map.entry("http/ListenAddress", "it asks nobody for a password"),
          "U37", Map.entry("supervise/Supervisor", "which is not enabled here"));

  private static final Pattern NAMED =
      Pattern.compile("/\\*\\*\\s+(?:\\* )?((?:[A-Z][0-9]+, )*U[0-9]+): ");

  @Test
  void eachHasATest() throws IOException {
    Set<Integer> rows = new TreeSet<>();
    for (int row = 1; row <= ROWS; row++) {
      rows.add(row);
    }
    assertEquals(rows, named());
  }

  @Test
  void whatIsNotSupportedIsRefusedInClearWords() throws IOException {
    for (Map.Entry<String, Map.Entry<String, String>> refusal : REFUSALS.entrySet()) {
      Path file =
          ROOT.resolve("flint-agent/src/main/java/dev/flint/agent")
              .resolve(refusal.getValue().getKey() + ".java");
      String source = Files.readString(file);
      assertTrue(source.contains(refusal.getValue().getValue()), refusal::toString);
    }
  }

  private static Set<Integer> named() throws IOException {
    Set<Integer> named = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT, 12)) {
      for (Path file : files.filter(UpstreamRowsTest::isTest).toList()) {
        Matcher matcher = NAMED.matcher(Files.readString(file));
        while (matcher.find()) {
          for (String row : matcher.group(1).split(", ", -1)) {
            if (row.startsWith("U")) {
              named.add(Integer.parseInt(row.substring(1)));
            }
          }
        }
      }
    }
    return named;
  }

  private static boolean isTest(Path file) {
    return file.toString().matches(".*/flint-[a-z]+/src/test/java/.*\\.java");
  }
}
