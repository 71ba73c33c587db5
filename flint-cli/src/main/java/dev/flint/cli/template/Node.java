package dev.flint.cli.template;

import java.util.List;

/** A piece of a template. */
sealed interface Node {
  /** In the place of a slot: no variable. */
  int NO_SLOT = -1;

  /** As it stands. */
  record Text(String text) implements Node {}

  /** A value. */
  record Print(Expression value) implements Node {}

  /** Gives a variable its value, and prints nothing. */
  record Set(Expression.Assign value) implements Node {}

  /**
   * Either of two.
   *
   * @param rebind whether the value becomes the dot of {@code then}
   */
  record If(Expression condition, boolean rebind, List<Node> then, List<Node> otherwise)
      implements Node {}

  /**
   * For each item, or once {@code otherwise} if there is none.
   *
   * @param key the slot of the variable for its name or number, or {@link #NO_SLOT}
   * @param item that of the variable for itself
   * @param body has the item as its dot
   */
  record Range(Expression items, int key, int item, List<Node> body, List<Node> otherwise)
      implements Node {}
}
