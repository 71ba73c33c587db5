package dev.flint.cli.template;

import java.util.ArrayList;
import java.util.List;

/**
 * The variables that can be seen at a place of a template. Each has a slot; those of blocks that
 * have ended are used again. Confined to one thread.
 */
final class Scope {
  private final List<String> names = new ArrayList<>();

  /** The slot of a new variable, which hides an older one of its name. */
  int declare(String name) {
    names.add(name);
    return names.size() - 1;
  }

  /** The slot of a variable; negative if there is none. */
  int slot(String name) {
    return names.lastIndexOf(name);
  }

  /** How many there are, to come back to. */
  int size() {
    return names.size();
  }

  /** Forgets what was declared since there were so many. */
  void end(int size) {
    names.subList(size, names.size()).clear();
  }
}
