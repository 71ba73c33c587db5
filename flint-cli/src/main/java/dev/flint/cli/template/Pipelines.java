package dev.flint.cli.template;

import dev.flint.cli.template.Tokens.Kind;
import dev.flint.cli.template.Tokens.Token;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Reads what has a value. Used for one template. */
final class Pipelines {
  private static final int MAX_DEPTH = 50;

  private final Scope scope;
  private int depth;

  Pipelines(Scope scope) {
    this.scope = scope;
  }

  /** All that is left of an action: a pipeline, whose value a variable may get. */
  Expression whole(Tokens tokens) throws FlintException {
    Expression value =
        tokens.isSecond(":=") || tokens.isSecond("=") ? assignment(tokens) : pipeline(tokens);
    if (!tokens.isEmpty()) {
      throw tokens.wrong("has something after a value");
    }
    return value;
  }

  private Expression assignment(Tokens tokens) throws FlintException {
    String name = variable(tokens);
    boolean declares = tokens.take().text().equals(":=");
    Expression value = pipeline(tokens);
    return new Expression.Assign(declares ? scope.declare(name) : slot(name, tokens), value);
  }

  /** The name of a variable that is to get a value. */
  static String variable(Tokens tokens) throws FlintException {
    Token token = tokens.take();
    if (token.kind() != Kind.VARIABLE || token.text().equals("$")) {
      throw tokens.wrong("gives a value to what is no variable");
    }
    return token.text();
  }

  private int slot(String name, Tokens tokens) throws FlintException {
    int slot = scope.slot(name);
    if (slot < 0) {
      throw tokens.wrong("has no variable " + name + " here");
    }
    return slot;
  }

  /** Each value is the last argument of what follows the bar. */
  private Expression pipeline(Tokens tokens) throws FlintException {
    Expression value = command(tokens, List.of());
    for (int bars = 1; tokens.take(Kind.SIGN, "|"); bars++) {
      requireShallow(bars, tokens);
      if (!tokens.is(Kind.WORD, "")) {
        throw tokens.wrong("has a bar without a function after it");
      }
      value = command(tokens, List.of(value));
    }
    return value;
  }

  private Expression command(Tokens tokens, List<Expression> piped) throws FlintException {
    if (!tokens.is(Kind.WORD, "") || isConstant(tokens)) {
      if (!piped.isEmpty()) {
        throw tokens.wrong("has a bar without a function after it");
      }
      return operand(tokens);
    }
    Function function = function(tokens);
    List<Expression> arguments = new ArrayList<>();
    while (!tokens.isEmpty() && !tokens.is(Kind.SIGN, ")") && !tokens.is(Kind.SIGN, "|")) {
      arguments.add(operand(tokens));
    }
    arguments.addAll(piped);
    if (!function.takes(arguments.size())) {
      throw tokens.wrong("gives " + function.word() + " " + arguments.size() + " arguments");
    }
    return new Expression.Call(function, List.copyOf(arguments));
  }

  private static Function function(Tokens tokens) throws FlintException {
    String name = tokens.take().text();
    return Function.of(name)
        .orElseThrow(
            () ->
                Template.wrong(
                    "uses a function that there is not: " + name,
                    "there are: " + Function.words()));
  }

  private static boolean isConstant(Tokens tokens) {
    return tokens.is(Kind.WORD, "true") || tokens.is(Kind.WORD, "false");
  }

  private Expression operand(Tokens tokens) throws FlintException {
    Token token = tokens.take();
    Expression value =
        switch (token.kind()) {
          case DOT -> new Expression.Dot();
          case VARIABLE ->
              token.text().equals("$")
                  ? new Expression.Root()
                  : new Expression.Variable(slot(token.text(), tokens));
          case FIELD -> new Expression.Field(new Expression.Dot(), token.text().substring(1));
          case STRING -> literal(new JsonValue.Text(Quoted.text(token.text(), tokens)));
          case NUMBER ->
              literal(new JsonValue.Numeral(new BigDecimal(token.text()).toPlainString()));
          case WORD -> word(token, tokens);
          case SIGN -> group(token, tokens);
        };
    for (int fields = 1; tokens.isFieldOfTheLast(); fields++) {
      requireShallow(fields, tokens);
      value = new Expression.Field(value, tokens.take().text().substring(1));
    }
    return value;
  }

  /** Among arguments a function has none of its own. */
  private static Expression word(Token token, Tokens tokens) throws FlintException {
    if (token.text().equals("true") || token.text().equals("false")) {
      return literal(new JsonValue.Flag(token.text().equals("true")));
    }
    throw tokens.wrong("has the word " + token.text() + " where a value should be");
  }

  private Expression group(Token token, Tokens tokens) throws FlintException {
    if (!token.text().equals("(")) {
      throw tokens.wrong("has " + token.text() + " where a value should be");
    }
    requireShallow(++depth, tokens);
    Expression value = pipeline(tokens);
    depth--;
    if (!tokens.take(Kind.SIGN, ")")) {
      throw tokens.wrong("has ( without )");
    }
    return value;
  }

  /** What is filled in goes as deep, on the stack. */
  static void requireShallow(int depth, Tokens tokens) throws FlintException {
    if (depth > MAX_DEPTH) {
      throw tokens.wrong("is nested deeper than " + MAX_DEPTH);
    }
  }

  private static Expression literal(JsonValue value) {
    return new Expression.Literal(value);
  }
}
