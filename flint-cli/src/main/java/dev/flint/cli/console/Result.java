package dev.flint.cli.console;

import dev.flint.oci.json.JsonListing;
import dev.flint.oci.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a command found, in every form that it can be printed in. Only that form is made.
 *
 * @param document for programs; its first member {@code schema} names what the others are,
 *     docs/output.md; without a list it is about one object
 * @param lines for people
 * @param names for {@code --quiet}: what identifies each item, or the object
 */
public record Result(
    JsonListing document, Supplier<List<String>> lines, Supplier<List<String>> names) {

  /**
   * A result whose document is there.
   *
   * @param items the member with the items of a list; empty if this is one object
   */
  public Result(
      JsonObject json, String items, Supplier<List<String>> lines, Supplier<List<String>> names) {
    this(new JsonListing(json, items, List.of()), lines, names);
  }

  /**
   * A list.
   *
   * @param schema such as {@code images/v1}
   * @param member what the list is called in JSON
   * @param items made one by one as they are written, if at all
   */
  public static Result list(
      String schema,
      String member,
      Iterable<JsonObject> items,
      Supplier<List<String>> lines,
      Supplier<List<String>> names) {
    return list(JsonObject.empty().with("schema", schema), member, items, lines, names);
  }

  /** As above, with members before the list. */
  public static Result list(
      JsonObject head,
      String member,
      Iterable<JsonObject> items,
      Supplier<List<String>> lines,
      Supplier<List<String>> names) {
    return new Result(
        new JsonListing(head.withObjects(member, List.of()), member, items), lines, names);
  }

  /**
   * One object.
   *
   * @param schema such as {@code inspect/v1}
   * @param json without its schema
   * @param name what identifies it; empty if nothing does
   */
  public static Result object(
      String schema, JsonObject json, Supplier<List<String>> lines, String name) {
    List<String> names = name.isEmpty() ? List.of() : List.of(name);
    return new Result(json.first("schema", schema), "", lines, () -> names);
  }

  /** One object, of which people read no more than what {@code --quiet} prints. */
  public static Result object(String schema, JsonObject json, String name) {
    return object(schema, json, () -> List.of(name), name);
  }
}
