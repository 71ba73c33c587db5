package dev.flint.oci.json;

/**
 * One object of a stream.
 *
 * @param object all of it; if there is a problem, its plain members and those of its objects
 * @param problem why that is not all; empty if it is
 * @param weight roughly the bytes that the object takes in memory
 */
public record JsonItem(JsonObject object, String problem, int weight) {
  /** One without a problem, and of no weight. */
  public static JsonItem whole(JsonObject object) {
    return new JsonItem(object, "", 0);
  }
}
