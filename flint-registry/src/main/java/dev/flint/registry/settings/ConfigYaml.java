package dev.flint.registry.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The values of a YAML file, token by token: no tree is built and no alias followed, so the work is
 * bounded by the size of the file. The only class here that knows the YAML library.
 */
final class ConfigYaml {
  private final Path file;
  private final YAMLParser parser;

  /** What is done with the value of a key. */
  interface Entry {
    /** Reads the value, or fails because the key is unknown. */
    void read(String key) throws IOException;
  }

  private ConfigYaml(Path file, YAMLParser parser) {
    this.file = file;
    this.parser = parser;
  }

  static ConfigFile read(Path file, byte[] bytes) throws IOException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IOException e) {
      throw new FlintException(ErrorCode.USAGE, file + " is not UTF-8", e);
    }
    try (YAMLParser parser = new YAMLFactory().createParser(text)) {
      ConfigYaml yaml = new ConfigYaml(file, parser);
      JsonToken first = parser.nextToken();
      ConfigFile config =
          first == null || first == JsonToken.VALUE_NULL
              ? ConfigFile.EMPTY
              : new ConfigReader(yaml, file).read();
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
    return new FlintException(
        ErrorCode.USAGE,
        file + " line " + parser.currentTokenLocation().getLineNr() + ": " + why,
        "docs/configuration.md lists the keys");
  }

  /** Reads the entries of the map that begins here. */
  void map(String what, Entry entry) throws IOException {
    if (token() != JsonToken.START_OBJECT) {
      throw wrong(what + " is not a map");
    }
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (!seen.add(key)) {
        throw wrong(key + " is given twice");
      }
      parser.nextToken();
      entry.read(key);
    }
  }

  boolean flag(String key) throws IOException {
    return switch (token()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw wrong(key + " is neither true nor false");
    };
  }

  /** A text or number, parsed by something that refuses with an IllegalArgumentException. */
  <T> T text(String key, Function<String, T> parse) throws IOException {
    JsonToken token = token();
    if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
      throw wrong(key + " is not plain text");
    }
    String text = parser.getText();
    if (text.isEmpty()) {
      throw wrong(key + " is empty");
    }
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw wrong(key + ": " + e.getMessage());
    }
  }

  /** A list of texts. */
  <T> List<T> texts(String key, Function<String, T> parse) throws IOException {
    if (token() != JsonToken.START_ARRAY) {
      throw wrong(key + " is not a list");
    }
    List<T> texts = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      texts.add(text(key, parse));
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
