package dev.flint.agent.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The head of a request (RFC 9112, 2 to 5).
 *
 * @param target path and query as they were sent, with a slash at the front
 * @param modern whether it is of HTTP/1.1, and not of 1.0
 * @param fields by their names in lower case, in order
 */
record RequestHead(String method, String target, boolean modern, Map<String, List<String>> fields) {

  /** The first value of a field; empty if there is none. */
  String field(String name) {
    List<String> values = fields.get(name.toLowerCase(Locale.ROOT));
    return values == null ? "" : values.get(0);
  }

  /** The items of a field that is a list, from all its lines. */
  List<String> items(String name) {
    List<String> items = new ArrayList<>();
    for (String line : fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of())) {
      for (String item : line.split(",", -1)) {
        if (!item.isBlank()) {
          items.add(item.strip());
        }
      }
    }
    return items;
  }

  /** Whether a list has an item, in whatever case. */
  boolean has(String name, String item) {
    for (String one : items(name)) {
      if (one.equalsIgnoreCase(item)) {
        return true;
      }
    }
    return false;
  }

  /** Whether something follows that nobody here reads. */
  boolean hasBody() {
    return fields.containsKey("transfer-encoding")
        || fields.getOrDefault("content-length", List.of()).stream().anyMatch(n -> !n.equals("0"));
  }

  /** Whether its connection may have another request. */
  boolean isPersistent() {
    return modern && !has("Connection", "close") && !hasBody();
  }
}
