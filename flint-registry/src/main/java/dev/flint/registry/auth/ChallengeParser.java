package dev.flint.registry.auth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads one {@code WWW-Authenticate} header. Its grammar puts commas between challenges and between
 * their parameters alike; a word is a parameter if an equals sign and a value follow it, else it
 * begins another challenge. Generous about spaces, missing commas and values without quotes.
 */
final class ChallengeParser {
  private final String text;
  private int at;

  ChallengeParser(String text) {
    this.text = text;
  }

  List<Challenge> parse() {
    List<Challenge> challenges = new ArrayList<>();
    String scheme = "";
    Map<String, String> parameters = new LinkedHashMap<>();
    while (true) {
      skip(" \t,");
      String word = word().toLowerCase(Locale.ROOT);
      if (word.isEmpty()) {
        // The end, or something nobody can read on from.
        add(challenges, scheme, parameters);
        return challenges;
      }
      int end = at;
      skip(" \t");
      if (!at("=")) {
        at = end;
        add(challenges, scheme, parameters);
        scheme = word;
        parameters = new LinkedHashMap<>();
      } else if (!isPadding()) {
        at++;
        skip(" \t");
        parameters.putIfAbsent(word, at("\"") ? quoted() : bare());
      } else {
        // The single word in base64 that some schemes have for parameters.
        skip("=");
      }
    }
  }

  private static void add(List<Challenge> to, String scheme, Map<String, String> parameters) {
    if (!scheme.isEmpty()) {
      to.add(new Challenge(scheme, parameters));
    }
  }

  private String word() {
    int start = at;
    while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  /** Whether no value follows the equals sign. */
  private boolean isPadding() {
    int next = at + 1;
    while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
      next++;
    }
    return next == text.length() || ",=".indexOf(text.charAt(next)) >= 0;
  }

  private String bare() {
    int start = at;
    while (at < text.length() && " \t,".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length() && !at("\""); at++) {
      if (at("\\") && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at));
    }
    skip("\"");
    return value.toString();
  }

  private boolean at(String oneOf) {
    return at < text.length() && oneOf.indexOf(text.charAt(at)) >= 0;
  }

  private void skip(String these) {
    while (at(these)) {
      at++;
    }
  }
}
