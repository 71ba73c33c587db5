package dev.flint.cli.template;

import java.util.List;

/** A piece of a template. */
sealed interface Node {
  /** As it stands. */
  record Text(String text) implements Node {}

  /** A value. */
  record Print(Expression value) implements Node {}

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
   * @param body has the item as its dot
   */
  record Range(Expression items, List<Node> body, List<Node> otherwise) implements Node {}
}
