package dev.flint.registry.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rights a token is asked for, at most one scope for each thing. Their order is kept, as some token
 * servers read only the first.
 */
public record Scopes(List<Scope> all) {
  /** No right in particular. */
  public static final Scopes NONE = new Scopes(List.of());

  /** What a challenge may demand; more is not asked for, so that a URL stays of sane length. */
  private static final int MAX_SCOPES = 16;

  private static final int MAX_TEXT = 512;

  /** Copies the list. */
  public Scopes {
    all = List.copyOf(all);
  }

  /** Some rights. */
  public static Scopes of(Scope... scopes) {
    return NONE.union(new Scopes(List.of(scopes)));
  }

  /** Reads the scope of a challenge, which is a list with spaces between. */
  static Scopes parse(String text) {
    List<Scope> scopes =
        Stream.of(text.split(" "))
            .filter(word -> !word.isEmpty() && word.length() <= MAX_TEXT)
            .limit(MAX_SCOPES)
            .map(Scope::parse)
            .toList();
    return NONE.union(new Scopes(scopes));
  }

  /** These and others, these first. */
  public Scopes union(Scopes others) {
    List<Scope> union = new ArrayList<>(all);
    for (Scope other : others.all) {
      int same = 0;
      while (same < union.size() && !union.get(same).isAbout(other)) {
        same++;
      }
      if (same < union.size()) {
        union.set(same, union.get(same).with(other.actions()));
      } else {
        union.add(other);
      }
    }
    return new Scopes(union);
  }

  /** These, without the last ones if they are too many. */
  Scopes bounded() {
    return all.size() <= MAX_SCOPES ? this : new Scopes(all.subList(0, MAX_SCOPES));
  }

  /** Whether who has these rights has the others too. */
  boolean covers(Scopes others) {
    return others.all.stream().allMatch(wanted -> all.stream().anyMatch(s -> s.covers(wanted)));
  }

  /** With spaces between, as in a challenge. */
  @Override
  public String toString() {
    return all.stream().map(Scope::toString).collect(Collectors.joining(" "));
  }
}
