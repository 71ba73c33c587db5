package dev.flint.cli.template;

import dev.flint.cli.template.Tokens.Kind;
import dev.flint.cli.template.Tokens.Token;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** From pieces to nodes, by recursive descent. Used once. */
final class Parser {
  private static final int MAX_DEPTH = 50;

  private final List<Piece> pieces;
  private int next;
  private int depth;

  /** The action that ended the last block. */
  private Tokens last;

  Parser(List<Piece> pieces) throws FlintException {
    this.pieces = pieces;
    this.last = new Tokens(new Piece(true, "", 0));
  }

  List<Node> template() throws FlintException {
    List<Node> nodes = block();
    if (!last.isEmpty()) {
      throw last.wrong("has an end or else of nothing");
    }
    return nodes;
  }

  /** Nodes up to an end, an else or the end of the text, which is left in {@link #last}. */
  private List<Node> block() throws FlintException {
    List<Node> nodes = new ArrayList<>();
    while (next < pieces.size()) {
      Piece piece = pieces.get(next++);
      if (!piece.isAction()) {
        nodes.add(new Node.Text(piece.text()));
        continue;
      }
      Tokens tokens = new Tokens(piece);
      if (tokens.is(Kind.WORD, "end") || tokens.is(Kind.WORD, "else")) {
        last = tokens;
        return nodes;
      }
      nodes.add(action(tokens));
    }
    last = new Tokens(new Piece(true, "", 0));
    return nodes;
  }

  private Node action(Tokens tokens) throws FlintException {
    if (tokens.take(Kind.WORD, "if")) {
      return branch(tokens, false);
    } else if (tokens.take(Kind.WORD, "with")) {
      return branch(tokens, true);
    } else if (tokens.take(Kind.WORD, "range")) {
      Expression items = whole(tokens);
      List<Node> body = inner(tokens);
      return new Node.Range(items, body, otherwise(tokens));
    }
    return new Node.Print(whole(tokens));
  }

  private Node branch(Tokens tokens, boolean rebind) throws FlintException {
    Expression condition = whole(tokens);
    List<Node> then = inner(tokens);
    if (last.take(Kind.WORD, "else") && last.take(Kind.WORD, "if")) {
      Tokens elseIf = last;
      deeper(elseIf);
      Node nested = branch(elseIf, false);
      depth--;
      return new Node.If(condition, rebind, then, List.of(nested));
    }
    return new Node.If(condition, rebind, then, rest(tokens));
  }

  private List<Node> otherwise(Tokens opened) throws FlintException {
    last.take(Kind.WORD, "else");
    return rest(opened);
  }

  /** After an else that was taken its block, up to the end; else that end alone. */
  private List<Node> rest(Tokens opened) throws FlintException {
    List<Node> nodes = last.isEmpty() ? inner(opened) : List.of();
    if (!last.take(Kind.WORD, "end") || !last.isEmpty()) {
      throw opened.wrong("has no end for what begins");
    }
    return nodes;
  }

  /** The block within what was opened. */
  private List<Node> inner(Tokens opened) throws FlintException {
    deeper(opened);
    List<Node> nodes = block();
    depth--;
    if (last.isEmpty()) {
      throw opened.wrong("has no end for what begins");
    }
    return nodes;
  }

  private void deeper(Tokens tokens) throws FlintException {
    if (++depth > MAX_DEPTH) {
      throw tokens.wrong("is nested deeper than " + MAX_DEPTH);
    }
  }

  private Expression whole(Tokens tokens) throws FlintException {
    Expression value = pipeline(tokens);
    if (!tokens.isEmpty()) {
      throw tokens.wrong("has something after a value");
    }
    return value;
  }

  /** Each value is the last argument of what follows the bar. */
  private Expression pipeline(Tokens tokens) throws FlintException {
    Expression value = command(tokens, List.of());
    while (tokens.take(Kind.SIGN, "|")) {
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
          case ROOT -> new Expression.Root();
          case FIELD -> new Expression.Field(new Expression.Dot(), token.text().substring(1));
          case STRING -> literal(new JsonValue.Text(Quoted.text(token.text(), tokens)));
          case NUMBER ->
              literal(new JsonValue.Numeral(String.valueOf(Long.parseLong(token.text()))));
          case WORD -> word(token, tokens);
          case SIGN -> group(token, tokens);
        };
    while (tokens.isFieldOfTheLast()) {
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
    deeper(tokens);
    Expression value = pipeline(tokens);
    depth--;
    if (!tokens.take(Kind.SIGN, ")")) {
      throw tokens.wrong("has ( without )");
    }
    return value;
  }

  private static Expression literal(JsonValue value) {
    return new Expression.Literal(value);
  }
}
