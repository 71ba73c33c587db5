package dev.flint.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes numbers as OpenMetrics 1.0 text: families one after the other, each with all its samples.
 * Confined to one thread.
 */
final class MetricsText {
  /** What it is, as an HTTP header. */
  static final String TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private static final int FLUSH_LENGTH = 8192;
  private static final int NANO_DIGITS = 9;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final OutputStream out;
  private final StringBuilder text = new StringBuilder();
  private String family = "";

  MetricsText(OutputStream out) {
    this.out = out;
  }

  /**
   * Begins a family.
   *
   * @param type as OpenMetrics calls it
   * @param unit which the name ends in, or empty
   */
  void family(String name, String type, String unit, String help) {
    family = name;
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    if (!unit.isEmpty()) {
      text.append("# UNIT ").append(name).append(' ').append(unit).append('\n');
    }
    text.append("# HELP ").append(name).append(' ').append(escaped(help)).append('\n');
  }

  /**
   * A sample of the family that was begun.
   *
   * @param suffix as its type has them
   * @param labels made by {@link #label}, with commas between them, or empty
   */
  void sample(String suffix, String labels, long value) throws IOException {
    head(suffix, labels).append(value).append('\n');
    flush(FLUSH_LENGTH);
  }

  /** A sample in seconds. */
  void seconds(String suffix, String labels, long nanos) throws IOException {
    String fraction = Long.toString(nanos % NANOS_PER_SECOND);
    head(suffix, labels).append(nanos / NANOS_PER_SECOND).append('.');
    for (int i = fraction.length(); i < NANO_DIGITS; i++) {
      text.append('0');
    }
    text.append(fraction).append('\n');
    flush(FLUSH_LENGTH);
  }

  private StringBuilder head(String suffix, String labels) {
    text.append(family).append(suffix);
    if (!labels.isEmpty()) {
      text.append('{').append(labels).append('}');
    }
    return text.append(' ');
  }

  /** A label with any value. */
  static String label(String name, String value) {
    return name + "=\"" + escaped(value) + "\"";
  }

  private static String escaped(String value) {
    StringBuilder out = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  private void flush(int from) throws IOException {
    if (text.length() >= from) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      text.setLength(0);
    }
  }

  /** Writes what is not written yet. */
  void flush() throws IOException {
    flush(0);
  }

  /** Ends it. */
  void end() throws IOException {
    text.append("# EOF\n");
    flush();
  }
}
