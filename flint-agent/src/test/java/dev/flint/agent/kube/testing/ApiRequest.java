package dev.flint.agent.kube.testing;

import dev.flint.oci.error.FlintException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One request, read whole. */
record ApiRequest(ApiPath path, Map<String, String> query, LoggedRequest received, User user) {
  String method() {
    return received.method();
  }

  byte[] body() {
    return received.bytes();
  }

  static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : raw.isEmpty() ? new String[0] : raw.split("&")) {
      int at = pair.indexOf('=');
      query.put(
          decoded(at < 0 ? pair : pair.substring(0, at)),
          at < 0 ? "" : decoded(pair.substring(at + 1)));
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  Optional<String> asked(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }

  boolean says(String name) {
    return asked(name).filter(value -> value.equals("true") || value.equals("1")).isPresent();
  }

  /** A whole number that is not negative. */
  Optional<Long> number(String name) throws Refusal {
    Optional<String> text = asked(name);
    if (text.isPresent() && !text.get().matches("\\d{1,18}")) {
      throw Refusal.badRequest("invalid " + name + ": " + text.get());
    }
    return text.map(Long::parseLong);
  }

  boolean isWatch() {
    return method().equals("GET") && path.name().isEmpty() && says("watch");
  }

  /** What a role must allow. */
  String verb() {
    boolean one = !path.name().isEmpty();
    return switch (method()) {
      case "GET", "HEAD" -> one ? "get" : says("watch") ? "watch" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> one ? "delete" : "deletecollection";
      default -> "none";
    };
  }

  /** The body, which must be an object. */
  Tree object() throws Refusal {
    try {
      return Tree.parse(body(), "body");
    } catch (FlintException e) {
      throw Refusal.badRequest(String.valueOf(e.getMessage()));
    }
  }

  Selection selection() throws Refusal {
    Resource resource = path.resource();
    return new Selection(
        resource,
        path.namespace(),
        Selector.fields(asked("fieldSelector").orElse(""), resource),
        Selector.parse(asked("labelSelector").orElse("")));
  }
}
