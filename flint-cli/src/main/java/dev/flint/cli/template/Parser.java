package dev.flint.cli.template;

import dev.flint.cli.template.Tokens.Kind;
import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;

/** From pieces to nodes, by recursive descent. Used once. */
final class Parser {
  private final List<Piece> pieces;
  private final Scope scope = new Scope();
  private final Pipelines pipelines = new Pipelines(scope);
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
    int seen = scope.size();
    Node node;
    if (tokens.take(Kind.WORD, "if")) {
      node = branch(tokens, false);
    } else if (tokens.take(Kind.WORD, "with")) {
      node = branch(tokens, true);
    } else if (tokens.take(Kind.WORD, "range")) {
      node = range(tokens);
    } else {
      Expression value = pipelines.whole(tokens);
      return value instanceof Expression.Assign set ? new Node.Set(set) : new Node.Print(value);
    }
    scope.end(seen);
    return node;
  }

  /** {@code range X}, {@code range $item := X} or {@code range $key, $item := X}. */
  private Node range(Tokens tokens) throws FlintException {
    List<String> names = new ArrayList<>();
    while (tokens.isSecond(",") || tokens.isSecond(":=")) {
      names.add(Pipelines.variable(tokens));
      if (tokens.take().text().equals(":=")) {
        break;
      }
    }
    if (names.size() > 2) {
      throw tokens.wrong("has more variables than a key and an item");
    }
    Expression items = pipelines.whole(tokens);
    int key = names.size() > 1 ? scope.declare(names.get(0)) : Node.NO_SLOT;
    int item = names.isEmpty() ? Node.NO_SLOT : scope.declare(names.get(names.size() - 1));
    List<Node> body = inner(tokens);
    last.take(Kind.WORD, "else");
    return new Node.Range(items, key, item, body, rest(tokens));
  }

  private Node branch(Tokens tokens, boolean rebind) throws FlintException {
    Expression condition = pipelines.whole(tokens);
    List<Node> then = inner(tokens);
    if (last.take(Kind.WORD, "else") && last.take(Kind.WORD, rebind ? "with" : "if")) {
      Tokens chained = last;
      Pipelines.requireShallow(++depth, chained);
      Node nested = branch(chained, rebind);
      depth--;
      return new Node.If(condition, rebind, then, List.of(nested));
    }
    return new Node.If(condition, rebind, then, rest(tokens));
  }

  /** After an else that was taken its block, up to the end; else that end alone. */
  private List<Node> rest(Tokens opened) throws FlintException {
    List<Node> nodes = last.isEmpty() ? inner(opened) : List.of();
    if (last.is(Kind.WORD, "else")) {
      throw last.wrong("has an else after the else");
    }
    if (!last.take(Kind.WORD, "end") || !last.isEmpty()) {
      throw last.wrong("has something after an else or end");
    }
    return nodes;
  }

  /** The block within what was opened, whose variables nobody else sees. */
  private List<Node> inner(Tokens opened) throws FlintException {
    Pipelines.requireShallow(++depth, opened);
    int seen = scope.size();
    List<Node> nodes = block();
    scope.end(seen);
    depth--;
    if (last.isEmpty()) {
      throw opened.wrong("has no end for what begins");
    }
    return nodes;
  }
}
