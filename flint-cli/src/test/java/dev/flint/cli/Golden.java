package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.json.JsonObject;
import dev.flint.oci.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Compares what a command prints, in every form, with the files of {@code golden/}; {@code
 * -Dflint.update=true} writes them instead. What another run or machine would say otherwise is
 * replaced: digests by letters, and what {@link #replace} names. JSON must be as its schema says.
 */
final class Golden {
  static final Path FOLDER = Path.of("src", "test", "resources", "golden");

  private static final Pattern HEX = Pattern.compile("\\b[0-9a-f]{12,64}\\b");
  private static final int SHORTEST = 12;

  private final Map<Pattern, String> replacements = new LinkedHashMap<>();

  /** What runs a command. */
  @FunctionalInterface
  interface Command {
    Cli.Result run(String... args) throws IOException;
  }

  /** Has a text replaced, wherever it is printed. */
  Golden replace(String text, String word) {
    return replace(Pattern.compile(Pattern.quote(text)), word);
  }

  /** Has what is like this replaced. */
  Golden replace(Pattern like, String word) {
    replacements.put(like, word);
    return this;
  }

  /** Runs a command in each form, compares what it prints, and returns its document. */
  JsonObject check(Command command, String name, String... args) throws IOException {
    compare(name + ".txt", run(command, args));
    JsonObject document = checkJson(command, name, add(args, "-o", "json"));
    compare(name + ".yaml", yaml(command, args));
    return document;
  }

  /** Runs a command that prints JSON, compares that, and returns it. */
  JsonObject checkJson(Command command, String name, String... args) throws IOException {
    String json = run(command, args);
    compare(name + ".json", json);
    return document(name, json);
  }

  /** Runs a command whose words no file can hold; only its JSON and YAML are looked at. */
  static JsonObject checkSchema(Command command, String name, String... args) throws IOException {
    yaml(command, args);
    return document(name, run(command, add(args, "-o", "json")));
  }

  private static JsonObject document(String name, String json) throws IOException {
    JsonObject document = parse(json);
    Schemas.check(document);
    assertEquals("schema", document.names().get(0), json);
    assertEquals(name + "/v1", document.requiredString("schema"));
    return document;
  }

  private static String yaml(Command command, String... args) throws IOException {
    String yaml = run(command, add(args, "-o", "yaml"));
    List<JsonObject> read = YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), "output");
    assertEquals(1, read.size(), yaml);
    Schemas.check(read.get(0));
    return yaml;
  }

  private static String run(Command command, String... args) throws IOException {
    Cli.Result result = command.run(args);
    assertEquals(0, result.exit(), () -> String.join(" ", args) + "\n" + result);
    return result.out();
  }

  private static String[] add(String[] args, String... more) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  static JsonObject parse(String json) throws IOException {
    return JsonObject.parse(json.getBytes(StandardCharsets.UTF_8), "output");
  }

  private void compare(String name, String printed) throws IOException {
    Path file = FOLDER.resolve(name);
    String text = normal(printed);
    if (Boolean.getBoolean("flint.update")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, text);
    }
    assertTrue(Files.exists(file), () -> file + " is missing; -Dflint.update=true writes it");
    assertEquals(Files.readString(file), text, () -> file + "; -Dflint.update=true writes it anew");
  }

  private String normal(String printed) {
    String text = printed;
    for (Map.Entry<Pattern, String> each : replacements.entrySet()) {
      text = each.getKey().matcher(text).replaceAll(each.getValue());
    }
    List<String> seen = new ArrayList<>();
    return HEX.matcher(text).replaceAll(found -> letters(found.group(), seen));
  }

  /** As long as the digest, so that columns stay; the same for the same digest, cut or not. */
  private static String letters(String hex, List<String> seen) {
    if (hex.chars().allMatch(Character::isDigit)) {
      return hex;
    }
    String start = hex.substring(0, SHORTEST);
    if (!seen.contains(start)) {
      seen.add(start);
    }
    return String.valueOf((char) ('a' + seen.indexOf(start))).repeat(hex.length());
  }
}
