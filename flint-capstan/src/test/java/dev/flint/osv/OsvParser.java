package dev.flint.osv;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a boot line as OSv does, byte for byte, by a description of core/commands.cc and
 * core/options.cc: what our own lines are checked against. Fails where OSv would refuse.
 */
final class OsvParser {
  private final String line;
  private int at;

  private OsvParser(String line) {
    this.line = line;
  }

  /** What a kernel makes of a line. */
  record Boot(List<String> flags, Map<String, List<String>> values, List<List<String>> commands) {
    /** Of an option that OSv takes once it takes the first. */
    String value(String name) {
      return values.getOrDefault(name, List.of("")).get(0);
    }

    /** Variables are set one after the other. */
    Map<String, String> environment() {
      Map<String, String> environment = new TreeMap<>();
      for (String entry : values.getOrDefault("env", List.of())) {
        int equals = entry.indexOf('=');
        environment.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
      return environment;
    }
  }

  static Boot parse(String line) {
    OsvParser parser = new OsvParser(line);
    List<String> flags = new ArrayList<>();
    Map<String, List<String>> values = new TreeMap<>();
    for (String option = parser.option(); !option.isEmpty(); option = parser.option()) {
      int equals = option.indexOf('=');
      String name = option.substring(2, equals < 0 ? option.length() : equals);
      if (equals < 0) {
        flags.add(name);
      } else {
        check(equals + 1 < option.length(), "the required argument is missing: " + option);
        values.computeIfAbsent(name, n -> new ArrayList<>()).add(option.substring(equals + 1));
      }
      check(!(flags.contains(name) && values.containsKey(name)), "duplicate: " + option);
    }
    Boot boot = new Boot(flags, values, parser.commands());
    for (List<String> command : boot.commands) {
      command.replaceAll(word -> expand(word, boot.environment()));
    }
    return boot;
  }

  private static String expand(String word, Map<String, String> environment) {
    int dollar = word.indexOf('$');
    return dollar < 0
        ? word
        : word.substring(0, dollar) + environment.getOrDefault(word.substring(dollar + 1), "");
  }

  private String option() {
    while (at < line.length() && " \t\n".indexOf(line.charAt(at)) >= 0) {
      at++;
    }
    StringBuilder option = new StringBuilder();
    if (at < line.length() && line.charAt(at) == '-') {
      while (at < line.length() && " \t\n".indexOf(line.charAt(at)) < 0) {
        if (line.charAt(at) == '\\') {
          at++;
        }
        option.append(line.charAt(at++));
      }
      check(option.indexOf("--") == 0, "not an option: " + option);
    }
    return option.toString();
  }

  private List<List<String>> commands() {
    List<List<String>> commands = new ArrayList<>();
    List<String> command = new ArrayList<>();
    skip();
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c == ';' || c == '&' || c == '!') {
        check(!command.isEmpty(), "no command before " + c);
        at += line.startsWith("&!", at) ? 2 : 1;
        commands.add(command);
        command = new ArrayList<>();
      } else {
        command.add(word());
      }
      skip();
    }
    if (!command.isEmpty()) {
      commands.add(command);
    }
    return commands;
  }

  private void skip() {
    while (at < line.length() && " \t\n\u000b\f\r".indexOf(line.charAt(at)) >= 0) {
      at++;
    }
  }

  private String word() {
    int start = at;
    if (line.charAt(at) == '"') {
      at++;
      String quoted = run("\"");
      if (at < line.length()) {
        at++;
        return quoted;
      }
      at = start;
    }
    return run(" ;&!");
  }

  private String run(String ends) {
    StringBuilder word = new StringBuilder();
    while (at < line.length()) {
      char c = line.charAt(at);
      int escape = at + 1 < line.length() ? "abfnrtv\\'\"".indexOf(line.charAt(at + 1)) : -1;
      if (c == '\\' && escape >= 0) {
        word.append("\u0007\b\f\n\r\t\u000b\\'\"".charAt(escape));
        at += 2;
      } else if (ends.indexOf(c) >= 0) {
        return word.toString();
      } else {
        check(c < 128, "not ASCII: " + line);
        word.append(c);
        at++;
      }
    }
    return word.toString();
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
