package dev.flint.registry.settings;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.settings.ConfigEntry.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The values of a YAML file, token by token: no tree is built and no alias followed, so the work is
 * bounded by the size of the file. The only class here that knows the YAML library.
 */
final class ConfigYaml {
  private final Path file;
  private final YAMLParser parser;
  private JsonLocation key = JsonLocation.NA;
  private int start;
  private int end;

  /** What is done with the value of a key. */
  interface Entry {
    /** Reads the value, or fails because the key is unknown. */
    void read(String key) throws IOException;
  }

  private ConfigYaml(Path file, YAMLParser parser) {
    this.file = file;
    this.parser = parser;
  }

  static ConfigText read(Path file, String text, boolean ofProject) throws IOException {
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      ConfigYaml yaml = new ConfigYaml(file, parser);
      JsonToken first = parser.nextToken();
      ConfigText config =
          first == null || first == JsonToken.VALUE_NULL
              ? ConfigText.empty(file)
              : new ConfigReader(yaml, file, ofProject).read();
      if (parser.nextToken() != null) {
        throw yaml.wrong("more than one document");
      }
      return config;
    } catch (JsonProcessingException e) {
      // The first line says what; the others quote the file.
      String reason = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw new FlintException(
          ErrorCode.USAGE,
          file + " line " + Math.max(1, e.getLocation().getLineNr()) + ": not YAML: " + reason,
          e);
    }
  }

  /** A failure at the place where the reading is. */
  FlintException wrong(String why) {
    return wrong(ErrorCode.USAGE, why, "docs/configuration.md lists the keys");
  }

  FlintException wrong(ErrorCode code, String why, String remedy) {
    return new FlintException(
        code, file + " line " + parser.currentTokenLocation().getLineNr() + ": " + why, remedy);
  }

  /** Where the key stands whose value is to be read, or has been. */
  Place place() {
    return new Place(key.getLineNr(), key.getColumnNr() - 1, start, end);
  }

  /** Reads the entries of the map that begins here. */
  void map(String what, Entry entry) throws IOException {
    if (token() != JsonToken.START_OBJECT) {
      throw wrong(what + " is not a map");
    }
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (!seen.add(name)) {
        throw wrong(name + " is given twice");
      }
      key = parser.currentTokenLocation();
      parser.nextToken();
      start = (int) parser.currentTokenLocation().getCharOffset();
      entry.read(name);
    }
  }

  String flag(String key) throws IOException {
    String text =
        switch (token()) {
          case VALUE_TRUE -> "true";
          case VALUE_FALSE -> "false";
          default -> throw wrong(key + " is neither true nor false");
        };
    passed();
    return text;
  }

  private void passed() {
    end = (int) parser.currentLocation().getCharOffset();
  }

  /** A text or number, which something may refuse with an IllegalArgumentException. */
  String text(String key, Consumer<String> check) throws IOException {
    JsonToken token = token();
    if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
      throw wrong(key + " is not plain text");
    }
    String text = parser.getText();
    if (text.isEmpty()) {
      throw wrong(key + " is empty");
    }
    try {
      check.accept(text);
    } catch (IllegalArgumentException e) {
      throw wrong(key + ": " + e.getMessage());
    }
    passed();
    return text;
  }

  /** A list of texts. */
  List<String> texts(String key, Consumer<String> check) throws IOException {
    if (token() != JsonToken.START_ARRAY) {
      throw wrong(key + " is not a list");
    }
    List<String> texts = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      texts.add(text(key, check));
    }
    if (parser.currentTokenLocation().getCharOffset() < parser.currentLocation().getCharOffset()) {
      // It has a bracket of its own: else it ended with its last text.
      passed();
    }
    return List.copyOf(texts);
  }

  private JsonToken token() throws IOException {
    if (parser.isCurrentAlias() || parser.getTypeId() != null || parser.getObjectId() != null) {
      throw wrong("anchors, aliases and tags are not for this file");
    }
    JsonToken token = parser.currentToken();
    return token == null ? JsonToken.NOT_AVAILABLE : token;
  }
}
