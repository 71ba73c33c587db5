package dev.flint.cli.boottest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.agent.backend.Exit;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class VerdictTest {
  private static final Condition.Says SAYS = new Condition.Says("ready");
  private static final Condition.Serves SERVES = new Condition.Serves(80);
  private static final Condition.Ends ENDS = new Condition.Ends(3);

  @TempDir Path folder;

  private static List<String> problems(Verdict verdict) {
    return verdict.results().stream().map(Verdict.Result::problem).toList();
  }

  @Test
  void allConditionsMustHold() {
    Verdict verdict = new Verdict(List.of(SAYS, SERVES));
    verdict.said("not read");
    verdict.said("now ready.");
    assertFalse(verdict.isDecided());
    assertEquals(List.of(SERVES), verdict.openPorts());
    verdict.answered(SERVES);
    assertTrue(verdict.isDecided() && verdict.passed());
  }

  @Test
  void anEndBeforeIsAFailureOfWhatIsOpen() {
    Verdict verdict = new Verdict(List.of(SAYS, SERVES, ENDS));
    verdict.said("ready");
    verdict.ended(new Exit(3, Exit.Reason.ERROR, "oops"));
    assertTrue(verdict.isDecided());
    assertEquals(List.of("", "it ended with exit code 3 (oops) before", ""), problems(verdict));
  }

  @Test
  void anotherExitCodeIsAFailure() {
    Verdict verdict = new Verdict(List.of(ENDS));
    verdict.ended(new Exit(0, Exit.Reason.COMPLETED, ""));
    assertEquals(List.of("it ended with exit code 0"), problems(verdict));
  }

  @Test
  void timeIsLimited() {
    Verdict verdict = new Verdict(List.of(SAYS, ENDS));
    verdict.said("ready");
    verdict.timedOut(5);
    assertTrue(verdict.isDecided());
    assertEquals(List.of("", "not within 5 s"), problems(verdict));
  }

  @Test
  void theConsoleIsReadAsItGrowsWithoutItsColours() throws Exception {
    Path file = folder.resolve("console");
    List<String> lines = new ArrayList<>();
    try (ConsoleFile console = new ConsoleFile(file)) {
      console.read(lines::add);
      Files.writeString(file, "one\r\n\u001b[1mtw", StandardCharsets.UTF_8);
      console.read(lines::add);
      Files.writeString(file, "o\u001b[0m\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
      console.read(lines::add);
      assertEquals(List.of("one", "tw", "two"), lines);
      Files.writeString(
          file, "x".repeat(40_000), StandardCharsets.UTF_8, StandardOpenOption.APPEND);
      console.read(lines::add);
      assertEquals(List.of("one", "two"), console.tail().subList(0, 2));
      assertEquals(5, console.tail().size());
    }
  }

  @Test
  void theReportIsSoundXmlWhateverTheGuestSays() throws Exception {
    Verdict verdict = new Verdict(List.of(new Condition.Says("<&\">'"), ENDS));
    verdict.said("<&\">'");
    verdict.timedOut(1);
    List<String> console = List.of("]]> <b>\u0001\ud800\ufffe", "\ud83d\ude00 tab\there");
    String text =
        new JUnitReport("a:\"1\"", new Boot.Report(verdict.results(), false, console), 61_007)
            .text();
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(text)))
            .getDocumentElement();
    assertEquals("2", suite.getAttribute("tests"));
    assertEquals("1", suite.getAttribute("failures"));
    assertEquals("61.007", suite.getAttribute("time"));
    Element first = (Element) suite.getElementsByTagName("testcase").item(0);
    assertEquals("says \"<&\">'\"", first.getAttribute("name"));
    assertEquals("a:\"1\"", first.getAttribute("classname"));
    Element failure = (Element) suite.getElementsByTagName("failure").item(0);
    assertEquals("not within 1 s", failure.getAttribute("message"));
    assertEquals(
        "]]> <b>\ufffd\ufffd\ufffd\n\ud83d\ude00 tab\there\n",
        suite.getElementsByTagName("system-out").item(0).getTextContent());
  }
}
