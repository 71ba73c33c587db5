package dev.flint.registry.auth;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A right that a token may give, {@code TYPE:NAME:ACTION,ACTION} in the words of the distribution
 * project's token specification.
 *
 * @param type such as {@code repository}; the whole text of a scope of another form, such as the
 *     {@code aws} of Amazon's public registry
 * @param name empty for a scope of another form
 * @param actions sorted, each once; empty for a scope of another form
 */
public record Scope(String type, String name, List<String> actions) {
  /** Sorts the actions. */
  public Scope {
    actions = List.copyOf(new TreeSet<>(actions));
  }

  /**
   * What a request to a repository needs.
   *
   * @param name as in the registry's URLs, so with Docker Hub's {@code library/}
   * @param actions of {@code pull}, {@code push} and {@code delete}
   */
  public static Scope repository(String name, String... actions) {
    return new Scope("repository", name, List.of(actions));
  }

  /** What listing all repositories needs. */
  public static Scope catalog() {
    return new Scope("registry", "catalog", List.of("*"));
  }

  /** Reads one scope; every text is one. */
  static Scope parse(String text) {
    int first = text.indexOf(':');
    // The name may have a port in it.
    int last = text.lastIndexOf(':');
    if (first == last) {
      return new Scope(text, "", List.of());
    }
    List<String> actions = List.of(text.substring(last + 1).split(",", -1));
    return new Scope(text.substring(0, first), text.substring(first + 1, last), actions);
  }

  /** Whether both are about the same thing. */
  boolean isAbout(Scope other) {
    return type.equals(other.type) && name.equals(other.name);
  }

  /** Whether who has this right has the other one too. */
  boolean covers(Scope other) {
    return isAbout(other) && (actions.contains("*") || actions.containsAll(other.actions));
  }

  /** A copy with more actions. */
  Scope with(Collection<String> more) {
    TreeSet<String> all = new TreeSet<>(actions);
    all.addAll(more);
    return new Scope(type, name, List.copyOf(all));
  }

  @Override
  public String toString() {
    return actions.isEmpty() ? type : type + ":" + name + ":" + String.join(",", actions);
  }
}
