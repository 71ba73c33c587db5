package dev.flint.capstan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code index.yaml} token by token: no tree is built and no alias is ever followed, so the
 * work is bounded by the size of the file.
 */
final class IndexYamlReader {
  private static final String WHAT = "index.yaml";

  /** The fields and their two spellings: Capstan's and the Feather agent's. */
  private enum Field {
    VERSION("version", "Version"),
    CREATED("created", "Created"),
    DESCRIPTION("description", "Description"),
    BUILD("build", "Build"),
    PLATFORM("platform", "Platform");

    private final String capstan;
    private final String feather;

    Field(String capstan, String feather) {
      this.capstan = capstan;
      this.feather = feather;
    }

    static Optional<Field> of(String key) {
      for (Field field : values()) {
        if (key.equals(field.capstan) || key.equals(field.feather)) {
          return Optional.of(field);
        }
      }
      return Optional.empty();
    }
  }

  private IndexYamlReader() {}

  static IndexYaml read(byte[] bytes) throws FlintException {
    if (bytes.length > IndexYaml.MAX_BYTES) {
      throw new FlintException(
          ErrorCode.POLICY, WHAT + " is longer than " + IndexYaml.MAX_BYTES + " bytes");
    }
    try (YAMLParser parser = new YAMLFactory().createParser(text(bytes))) {
      Map<Field, String> fields = fields(parser);
      return new IndexYaml(
          fields.getOrDefault(Field.VERSION, ""),
          fields.getOrDefault(Field.CREATED, ""),
          fields.getOrDefault(Field.DESCRIPTION, ""),
          fields.getOrDefault(Field.BUILD, ""),
          fields.getOrDefault(Field.PLATFORM, ""));
    } catch (FlintException e) {
      throw e;
    } catch (JsonProcessingException e) {
      // The first line says what; the others quote the file.
      String reason = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw malformed("not valid YAML: " + reason, e);
    } catch (IOException e) {
      throw malformed("not valid YAML", e);
    }
  }

  private static String text(byte[] bytes) throws FlintException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("not UTF-8", e);
    }
  }

  private static Map<Field, String> fields(YAMLParser parser) throws IOException {
    Map<Field, String> fields = new EnumMap<>(Field.class);
    JsonToken token = parser.nextToken();
    if (token == null || token == JsonToken.VALUE_NULL) {
      return fields;
    }
    if (token != JsonToken.START_OBJECT) {
      throw malformed("not a map");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      Optional<Field> field = Field.of(parser.currentName());
      parser.nextToken();
      if (field.isEmpty()) {
        parser.skipChildren();
      } else if (fields.put(field.get(), scalar(parser, field.get())) != null) {
        throw malformed(field.get().capstan + " is given twice");
      }
    }
    if (parser.nextToken() != null) {
      throw malformed("more than one document");
    }
    return fields;
  }

  private static String scalar(YAMLParser parser, Field field) throws IOException {
    if (parser.isCurrentAlias() || parser.getTypeId() != null) {
      throw malformed(field.capstan + " uses an alias or a tag");
    }
    JsonToken token = parser.currentToken();
    if (token == null || !token.isScalarValue()) {
      throw malformed(field.capstan + " is not plain text");
    }
    return token == JsonToken.VALUE_NULL ? "" : parser.getText();
  }

  private static FlintException malformed(String why) {
    return new FlintException(ErrorCode.PROTOCOL, WHAT + " is unreadable: " + why);
  }

  private static FlintException malformed(String why, IOException cause) {
    return new FlintException(ErrorCode.PROTOCOL, WHAT + " is unreadable: " + why, cause);
  }
}
