package dev.flint.registry;

import java.util.List;

/**
 * What a registry lists.
 *
 * @param names in its order; only well-formed ones
 * @param leftOut how many others there were, which nothing could be done with
 */
public record Names(List<String> names, int leftOut) {
  /** Copies the list. */
  public Names {
    names = List.copyOf(names);
  }
}
