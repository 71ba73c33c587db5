package dev.flint.cli.boottest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A report in the XML that JUnit's task for Ant made usual: a test case for each condition. Written
 * by hand, as it is a few lines and XML libraries take long to load.
 */
public record JUnitReport(String image, Boot.Report report, long millis) {
  /** The document. */
  public String text() {
    int failures = 0;
    StringBuilder cases = new StringBuilder();
    for (Verdict.Result result : report.results()) {
      cases
          .append("  <testcase classname=\"")
          .append(escaped(image))
          .append("\" name=\"")
          .append(escaped(result.condition().words()))
          .append("\" time=\"")
          .append(seconds());
      if (result.problem().isEmpty()) {
        cases.append("\"/>\n");
      } else {
        failures++;
        cases
            .append("\">\n    <failure message=\"")
            .append(escaped(result.problem()))
            .append("\"/>\n  </testcase>\n");
      }
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"flint boot-test\" tests=\""
        + report.results().size()
        + "\" failures=\""
        + failures
        + "\" errors=\"0\" skipped=\"0\" time=\""
        + seconds()
        + "\">\n"
        + cases
        + "  <system-out>"
        + console(report.console())
        + "</system-out>\n</testsuite>\n";
  }

  /** Writes it, over whatever is there. */
  public void write(Path file) throws IOException {
    Files.writeString(file, text(), StandardCharsets.UTF_8);
  }

  private String seconds() {
    String thousandths = String.valueOf(1000 + millis % 1000).substring(1);
    return millis / 1000 + "." + thousandths;
  }

  private static String console(List<String> lines) {
    StringBuilder out = new StringBuilder();
    for (String line : lines) {
      out.append(escaped(line)).append('\n');
    }
    return out.toString();
  }

  /** Without what XML 1.0 cannot have (its section 2.2): guests write anything. */
  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      boolean legal =
          c == '\t' || (c >= 0x20 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd) || c > 0xffff;
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        case '\t' -> out.append("&#9;");
        default -> out.appendCodePoint(legal ? c : 0xfffd);
      }
    }
    return out.toString();
  }
}
