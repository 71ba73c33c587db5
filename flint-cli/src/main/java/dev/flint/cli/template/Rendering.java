package dev.flint.cli.template;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** One filling in, with bounds on its work and its length. Used once. */
final class Rendering {
  private static final int MAX_STEPS = 10_000_000;
  private static final int MAX_CHARACTERS = 64 << 20;

  private final JsonValue root;
  private final StringBuilder out = new StringBuilder();
  private int steps;

  Rendering(JsonValue root) {
    this.root = root;
  }

  String of(List<Node> nodes) throws FlintException {
    all(nodes, root);
    return out.toString();
  }

  private void all(List<Node> nodes, JsonValue dot) throws FlintException {
    for (Node node : nodes) {
      step();
      if (node instanceof Node.Text text) {
        out.append(text.text());
      } else if (node instanceof Node.Print print) {
        out.append(Values.printed(value(print.value(), dot)));
      } else if (node instanceof Node.If branch) {
        JsonValue condition = value(branch.condition(), dot);
        if (Values.isTrue(condition)) {
          all(branch.then(), branch.rebind() ? condition : dot);
        } else {
          all(branch.otherwise(), dot);
        }
      } else if (node instanceof Node.Range range) {
        List<JsonValue> items = Values.items(value(range.items(), dot));
        for (JsonValue item : items) {
          all(range.body(), item);
        }
        if (items.isEmpty()) {
          all(range.otherwise(), dot);
        }
      }
    }
  }

  private JsonValue value(Expression expression, JsonValue dot) throws FlintException {
    step();
    if (expression instanceof Expression.Literal literal) {
      return literal.value();
    } else if (expression instanceof Expression.Field field) {
      return field(value(field.of(), dot), field.name());
    } else if (expression instanceof Expression.Call call) {
      List<JsonValue> arguments = new ArrayList<>();
      for (Expression argument : call.arguments()) {
        arguments.add(value(argument, dot));
      }
      return call.function().apply(arguments);
    }
    return expression instanceof Expression.Root ? root : dot;
  }

  private static JsonValue field(JsonValue of, String name) throws FlintException {
    if (!(of instanceof JsonValue.Members members)) {
      throw Template.wrong("asks for ." + name + " of " + Values.kind(of));
    }
    JsonObject object = members.object();
    return object
        .member(name)
        .orElseThrow(
            () ->
                Template.wrong(
                    "asks for ." + name + ", which is not there",
                    "there are: " + String.join(", ", object.names())));
  }

  private void step() throws FlintException {
    if (++steps > MAX_STEPS || out.length() > MAX_CHARACTERS) {
      throw new FlintException(
          ErrorCode.USAGE, "the template makes more than Flint is willing to print");
    }
  }
}
