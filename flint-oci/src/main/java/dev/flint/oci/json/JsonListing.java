package dev.flint.oci.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A document whose list may be too long to be held: it goes on with objects that are made one after
 * the other as they are written.
 *
 * @param document all but for those
 * @param list the member that goes on, an array; empty if the document has no such list
 * @param following the objects that follow in the list; gone through each time it is written
 */
public record JsonListing(JsonObject document, String list, Iterable<JsonObject> following) {
  /** Checks that there is such a list. */
  public JsonListing {
    if (!list.isEmpty() && !(document.node.get(list) instanceof ArrayNode)) {
      throw new IllegalArgumentException("has no list " + list);
    }
  }

  /** Whether this member is the list. */
  public boolean isList(String member) {
    return !list.isEmpty() && member.equals(list);
  }

  /** What is in the list, from first to last. */
  public Iterable<JsonValue> items() {
    return () ->
        Stream.concat(
                here().stream().map(document::value),
                StreamSupport.stream(following.spliterator(), false).map(JsonValue.Members::new))
            .iterator();
  }

  /** All of it, however long. */
  public JsonObject whole() {
    if (list.isEmpty()) {
      return document;
    }
    ObjectNode whole = JsonTree.NODES.objectNode();
    whole.setAll(document.node);
    ArrayNode items = whole.putArray(list).addAll(here());
    following.forEach(object -> items.add(object.node));
    return new JsonObject(whole, "document");
  }

  /** Writes it for people, indented as {@link JsonObject#prettyBytes}, and flushes. */
  public void writePretty(OutputStream out) throws IOException {
    try (JsonGenerator generator = StrictJson.generator(out, StrictJson.Style.INDENTED)) {
      generator.writeStartObject();
      for (Map.Entry<String, JsonNode> member : document.node.properties()) {
        generator.writeFieldName(member.getKey());
        if (isList(member.getKey())) {
          writeItems(generator);
        } else {
          JsonTree.write(member.getValue(), generator);
        }
      }
      generator.writeEndObject();
    }
  }

  private void writeItems(JsonGenerator generator) throws IOException {
    generator.writeStartArray();
    for (JsonNode item : here()) {
      JsonTree.write(item, generator);
    }
    for (JsonObject item : following) {
      JsonTree.write(item.node, generator);
    }
    generator.writeEndArray();
  }

  private List<JsonNode> here() {
    List<JsonNode> items = new ArrayList<>();
    if (!list.isEmpty()) {
      document.node.get(list).forEach(items::add);
    }
    return items;
  }
}
