package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** The schemas of {@code docs/schema}, and documents as they say. */
final class Schemas {
  static final Path FOLDER = Path.of("..", "docs", "schema");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(VersionFlag.V202012);

  private Schemas() {}

  /** The file of a schema such as {@code images/v1}. */
  static Path file(String schema) {
    return FOLDER.resolve(schema.replace('/', '.') + ".json");
  }

  /** Fails unless the document is as its schema says, and has nothing that the schema has not. */
  static void check(JsonObject document) throws IOException {
    JsonNode schema = JSON.readTree(file(document.requiredString("schema")).toFile());
    closed(schema);
    JsonSchema read = FACTORY.getSchema(schema);
    assertEquals(Set.of(), read.validate(JSON.readTree(document.bytes())), document::toString);
  }

  /** Fails unless the file is a schema. */
  static void checkSchema(Path file) throws IOException {
    JsonSchema meta = FACTORY.getSchema(SchemaLocation.of(SchemaId.V202012));
    JsonNode schema = JSON.readTree(file.toFile());
    assertEquals(Set.of(), meta.validate(schema), file::toString);
    assertEquals(SchemaId.V202012, schema.path("$schema").textValue(), file::toString);
  }

  /** Users may meet members that are newer than their schema; Flint's own output must not. */
  private static void closed(JsonNode schema) {
    if (schema instanceof ObjectNode object && object.has("properties")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(Schemas::closed);
  }
}
