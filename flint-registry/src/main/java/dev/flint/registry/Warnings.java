package dev.flint.registry;

import dev.flint.registry.http.Reply;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What registries want people to know: {@code Warning} headers of the form {@code 299 - "text"}
 * (OCI distribution spec 1.1, "Warnings"). Each is passed on once, up to a bound for the whole run.
 * Nothing is ever done because of one. Thread-safe.
 */
final class Warnings {
  /** The spec's limit for one answer; enough for a run. */
  private static final int MAX_CHARS = 4096;

  private static final String START = "299 - \"";

  private final Consumer<String> listener;
  private final Set<String> seen = new HashSet<>();
  private int left = MAX_CHARS;

  Warnings(Consumer<String> listener) {
    this.listener = listener;
  }

  /** Passes on the warnings of a reply, and the reply. */
  Reply noted(Reply reply) {
    List<String> headers = reply.headers().getOrDefault("warning", List.of());
    headers.forEach(header -> note(reply.url().getAuthority(), header));
    return reply;
  }

  private synchronized void note(String host, String header) {
    String text = text(header);
    if (text.isBlank() || text.length() > left || !seen.add(host + " " + text)) {
      return;
    }
    left -= text.length();
    listener.accept(host + " warns: " + text);
  }

  /** The text of a value, its quoted pairs undone; empty if it is not of the one known form. */
  private static String text(String header) {
    String value = header.strip();
    if (!value.startsWith(START) || value.length() > 2 * MAX_CHARS) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (int i = START.length(); i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"') {
        return i == value.length() - 1 ? text.toString() : "";
      }
      if (c == '\\' && i + 1 < value.length()) {
        i++;
        c = value.charAt(i);
      }
      if (Character.isISOControl(c)) {
        return "";
      }
      text.append(c);
    }
    return "";
  }
}
