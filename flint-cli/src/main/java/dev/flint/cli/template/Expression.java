package dev.flint.cli.template;

import dev.flint.oci.json.JsonValue;
import java.util.List;

/** What has a value. */
sealed interface Expression {
  /** {@code .}: what the template, or the block around, is about. */
  record Dot() implements Expression {}

  /** {@code $}: what the template is about. */
  record Root() implements Expression {}

  /** What a variable has. */
  record Variable(int slot) implements Expression {}

  /** A value that a variable gets, too. */
  record Assign(int slot, Expression value) implements Expression {}

  /** A string, a number or a truth value. */
  record Literal(JsonValue value) implements Expression {}

  /** A member of an object. */
  record Field(Expression of, String name) implements Expression {}

  /** A function of values. */
  record Call(Function function, List<Expression> arguments) implements Expression {}
}
