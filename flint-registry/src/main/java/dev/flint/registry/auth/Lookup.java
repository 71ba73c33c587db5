package dev.flint.registry.auth;

import java.util.Locale;
import java.util.Optional;

/**
 * What one place answered when it was asked for credentials. Never holds a secret.
 *
 * @param place a file, a variable, a program, an option
 * @param detail what it has, or why it has nothing; empty where the outcome says it all
 */
public record Lookup(String place, Outcome outcome, String detail) {

  /** How a place answered. */
  public enum Outcome {
    /** The place is not there at all. */
    ABSENT("not there"),
    /** It is there, but has nothing for this registry. */
    NOTHING("nothing for this registry"),
    /** It has a credential, and no other place is asked. */
    FOUND("answered"),
    /** Something the user should know of; the search goes on. */
    WARNING("warning");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }

    /** As in machine-readable output. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** An answer without more to say. */
  static Lookup of(String place, Outcome outcome) {
    return new Lookup(place, outcome, "");
  }

  /** The answer of a place that was asked. */
  static Lookup answered(String place, Optional<Credential> found) {
    return found
        .map(credential -> new Lookup(place, Outcome.FOUND, credential.toString()))
        .orElseGet(() -> of(place, Outcome.NOTHING));
  }

  /** The answer in words, for people. */
  public String words() {
    return detail.isEmpty() ? outcome.words : detail;
  }
}
