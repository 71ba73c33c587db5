package dev.flint.cli.console;

import dev.flint.oci.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a command found, in every form that it can be printed in. Only that form is made.
 *
 * @param document for programs; its first member {@code schema} names what the others are,
 *     docs/json.md
 * @param items the member with the items of a list; empty if this is one object
 * @param lines for people
 * @param names for {@code --quiet}: what identifies each item, or the object
 */
public record Result(
    Supplier<JsonObject> document,
    String items,
    Supplier<List<String>> lines,
    Supplier<List<String>> names) {

  /**
   * A list.
   *
   * @param schema such as {@code images/v1}
   * @param member what the list is called in JSON
   */
  public static Result list(
      String schema,
      String member,
      List<JsonObject> items,
      Supplier<List<String>> lines,
      Supplier<List<String>> names) {
    return list(schema, member, () -> items, lines, names);
  }

  /** As above, for long lists, whose JSON takes longer than their lines. */
  public static Result list(
      String schema,
      String member,
      Supplier<List<JsonObject>> items,
      Supplier<List<String>> lines,
      Supplier<List<String>> names) {
    return new Result(
        () -> JsonObject.empty().with("schema", schema).withObjects(member, items.get()),
        member,
        lines,
        names);
  }

  /**
   * One object.
   *
   * @param schema such as {@code inspect/v1}
   * @param json without its schema
   */
  public static Result object(
      String schema, JsonObject json, Supplier<List<String>> lines, String name) {
    return new Result(() -> json.first("schema", schema), "", lines, () -> List.of(name));
  }

  /** What programs read. */
  public JsonObject json() {
    return document.get();
  }
}
