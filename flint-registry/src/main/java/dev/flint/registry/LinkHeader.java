package dev.flint.registry;

import dev.flint.registry.http.Reply;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads {@code Link} headers (RFC 8288, 3), as far as lists that come in pages need them. */
final class LinkHeader {
  private final String text;
  private int at;

  private LinkHeader(String text) {
    this.text = text;
  }

  /** The target of the first link to a next page, as it is written. */
  static Optional<String> next(Reply reply) {
    for (String text : reply.headers().getOrDefault("link", List.of())) {
      Optional<String> next = new LinkHeader(text).next();
      if (next.isPresent()) {
        return next;
      }
    }
    return Optional.empty();
  }

  private Optional<String> next() {
    while (true) {
      int start = text.indexOf('<', at);
      int end = text.indexOf('>', at);
      if (start < 0 || end < start) {
        return Optional.empty();
      }
      at = end + 1;
      if (isNext()) {
        return Optional.of(text.substring(start + 1, end).strip());
      }
    }
  }

  /** Reads the parameters of one link, up to the comma before the next. */
  private boolean isNext() {
    boolean next = false;
    while (at < text.length() && text.charAt(at) != ',') {
      String name = word().strip();
      boolean valued = at < text.length() && text.charAt(at) == '=';
      String value = valued ? value() : "";
      if (name.equalsIgnoreCase("rel")) {
        next |= List.of(value.toLowerCase(Locale.ROOT).strip().split("\\s+")).contains("next");
      }
      if (at < text.length() && text.charAt(at) == ';') {
        at++;
      }
    }
    return next;
  }

  /** Reads up to the next separator. */
  private String word() {
    int start = at;
    while (at < text.length() && ",;=\"".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(start, at);
    if (at < text.length() && text.charAt(at) == '"') {
      // A quoted string without a name means nothing, but may hold separators.
      quoted();
    }
    return word;
  }

  private String value() {
    at++;
    int start = at;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      return quoted();
    }
    at = start;
    return word();
  }

  private String quoted() {
    StringBuilder value = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at));
      at++;
    }
    at++;
    return value.toString();
  }
}
