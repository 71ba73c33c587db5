package dev.flint.agent.http;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict reader of OpenMetrics 1.0 text: what the specification says an exposer must do, for the
 * types that we use; {@code _created}, timestamps and exemplars it does not know.
 */
final class OpenMetrics {
  private static final Pattern HEAD = Pattern.compile("# (TYPE|UNIT|HELP) ([^ ]+) (.*)");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? ([^ ]+)");
  private static final Pattern LABEL =
      Pattern.compile("\\G([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\\\\\"\n]|\\\\[\\\\\"n])*)\"(,|$)");
  private static final Pattern VALUE = Pattern.compile("[-+]?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
  private static final Map<String, List<String>> SUFFIXES =
      Map.of(
          "gauge", List.of(""),
          "counter", List.of("_total"),
          "info", List.of("_info"),
          "stateset", List.of(""),
          "summary", List.of("_count", "_sum"));

  /** Values as they stand there, by sample name and labels. */
  private final Map<String, String> samples = new LinkedHashMap<>();

  private final Set<String> families = new HashSet<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> said = new HashSet<>();
  private String family = "";
  private String type = "";
  private boolean sampled;

  private OpenMetrics() {}

  /** Reads; fails at the first line that is not as it must be. */
  static Map<String, String> parse(String text) {
    OpenMetrics reader = new OpenMetrics();
    String[] lines = text.split("\n", -1);
    int last = lines.length - 2;
    if (last < 0 || !lines[last].equals("# EOF") || !lines[last + 1].isEmpty()) {
      throw new AssertionError("does not end with # EOF and a line feed");
    }
    for (int i = 0; i < last; i++) {
      try {
        reader.line(lines[i]);
      } catch (IllegalArgumentException e) {
        throw new AssertionError("line " + (i + 1) + ": " + e.getMessage() + ": " + lines[i], e);
      }
    }
    return reader.samples;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  private static List<String> suffixes(String type) {
    return SUFFIXES.getOrDefault(type, List.of());
  }

  private void line(String line) {
    Matcher head = HEAD.matcher(line);
    if (head.matches()) {
      head(head.group(1), head.group(2), head.group(3));
    } else {
      require(!line.startsWith("#"), "a comment");
      sample(line);
    }
  }

  private void head(String word, String name, String rest) {
    require(NAME.matcher(name).matches(), "no name");
    if (!name.equals(family)) {
      require(families.add(name), "the family was there before");
      family = name;
      type = "";
      said.clear();
      sampled = false;
    }
    require(!sampled, "after a sample");
    require(said.add(word), "twice");
    switch (word) {
      case "TYPE" -> {
        require(SUFFIXES.containsKey(rest), "no type that we use");
        type = rest;
        for (String suffix : suffixes(rest)) {
          require(names.add(name + suffix), "two families have a sample of this name");
        }
      }
      case "UNIT" -> {
        require(name.endsWith("_" + rest), "the name does not end in the unit");
        require(!type.equals("info") && !type.equals("stateset"), "this type has no unit");
      }
      default -> require(rest.replaceAll("\\\\[\\\\\"n]", "").indexOf('\\') < 0, "an escape");
    }
  }

  private void sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    require(sample.matches(), "no sample");
    String name = sample.group(1);
    require(name.startsWith(family) && !type.isEmpty(), "a sample of no family");
    require(suffixes(type).contains(name.substring(family.length())), "the suffix is another");
    sampled = true;
    Map<String, String> labels = labels(sample.group(2) == null ? "" : sample.group(2));
    String value = sample.group(3);
    require(VALUE.matcher(value).matches(), "no number");
    switch (type) {
      case "info" -> require(value.equals("1"), "not 1");
      case "stateset" ->
          require(
              labels.containsKey(family) && (value.equals("0") || value.equals("1")), "no state");
      case "gauge" -> {}
      default -> require(!value.startsWith("-"), "less than nothing");
    }
    require(samples.put(name + (labels.isEmpty() ? "" : labels), value) == null, "a sample twice");
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    Matcher label = LABEL.matcher(text);
    int end = 0;
    while (end < text.length()) {
      require(label.find(), "no label at " + end);
      require(!label.group(1).startsWith("__"), "a reserved name");
      String value =
          label.group(2).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
      require(labels.put(label.group(1), value) == null, "a label twice");
      end = label.end();
      require(end < text.length() || label.group(3).isEmpty(), "a comma at the end");
    }
    return labels;
  }
}
