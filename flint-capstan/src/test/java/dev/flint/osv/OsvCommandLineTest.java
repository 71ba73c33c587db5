package dev.flint.osv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OsvCommandLineTest {
  static List<Arguments> splits() {
    return List.of(
        Arguments.of("", List.of(), ""),
        Arguments.of("/hello", List.of(), "/hello"),
        Arguments.of("--rootfs=zfs /a b", List.of("--rootfs=zfs"), "/a b"),
        Arguments.of(
            "--env=A=b\\ c --verbose /a --x", List.of("--env=A=b\\ c", "--verbose"), "/a --x"),
        Arguments.of("--env=A='b c' /a", List.of("--env=A='b"), "c' /a"),
        Arguments.of("--env=A=b\\\\ c", List.of("--env=A=b\\\\"), "c"),
        Arguments.of("  --a \t --b\t/c  d ", List.of("--a", "--b"), "/c  d "),
        Arguments.of("--a", List.of("--a"), ""),
        Arguments.of("--a ", List.of("--a"), ""),
        Arguments.of("--a\\", List.of("--a\\"), ""),
        Arguments.of("- x", List.of("-"), "x"),
        Arguments.of("\"--a b\"", List.of(), "\"--a b\""),
        Arguments.of("runscript /run/default; /b -c", List.of(), "runscript /run/default; /b -c"));
  }

  @ParameterizedTest
  @MethodSource("splits")
  void splitsKernelOptionsFromTheApplication(
      String line, List<String> options, String application) {
    OsvCommandLine commandLine = new OsvCommandLine(line);
    assertEquals(options, commandLine.kernelOptions());
    assertEquals(application, commandLine.application());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a", "a  b", " a ", "--x \"a b\" c\\ d;e", "a\tb", "   "})
  void joiningTheWordsGivesTheLineBack(String line) {
    assertEquals(line, String.join(" ", new OsvCommandLine(line).words()));
  }

  @Test
  void anEmptyLineHasNoWords() {
    assertEquals(List.of(), new OsvCommandLine("").words());
  }

  @Test
  void anyLineIsItsOptionsThenItsApplication() {
    Random random = new Random(5);
    String alphabet = "a-\\ \t\"";
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String line = text.toString();
      OsvCommandLine commandLine = new OsvCommandLine(line);
      assertEquals(line, String.join(" ", commandLine.words()));
      int at = 0;
      for (String option : commandLine.kernelOptions()) {
        at = line.indexOf(option, at) + option.length();
      }
      assertEquals(commandLine.application(), line.substring(at).replaceFirst("^[ \t]+", ""));
    }
  }

  @Test
  void readsUpToTheFirstNul() {
    assertEquals(
        Optional.of(new OsvCommandLine("/a é\tb")),
        OsvCommandLine.decode("/a é\tb\0/c\0".getBytes(UTF_8)));
    assertEquals(Optional.of(new OsvCommandLine("")), OsvCommandLine.decode(new byte[512]));
  }

  @Test
  void takesNothingThatIsNotText() {
    assertEquals(Optional.empty(), OsvCommandLine.decode("/a\u001b[2J\0".getBytes(UTF_8)));
    assertEquals(Optional.empty(), OsvCommandLine.decode("/a\u0085\0".getBytes(UTF_8)));
    assertEquals(Optional.empty(), OsvCommandLine.decode("/é\0".getBytes(ISO_8859_1)));
    assertEquals(Optional.empty(), OsvCommandLine.decode("without end".getBytes(UTF_8)));
    assertEquals(Optional.empty(), OsvCommandLine.decode(new byte[0]));
  }
}
