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

  /** Of the text and of any value in it; much less than fits into the memory of the launcher. */
  private static final int MAX_CHARACTERS = 4 << 20;

  private final JsonValue root;
  private final StringBuilder out = new StringBuilder();
  private final List<JsonValue> variables = new ArrayList<>();
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
      } else if (node instanceof Node.Set set) {
        value(set.value(), dot);
      } else if (node instanceof Node.If branch) {
        JsonValue condition = value(branch.condition(), dot);
        if (Values.isTrue(condition)) {
          all(branch.then(), branch.rebind() ? condition : dot);
        } else {
          all(branch.otherwise(), dot);
        }
      } else if (node instanceof Node.Range range) {
        range(range, dot);
      }
    }
  }

  private void range(Node.Range range, JsonValue dot) throws FlintException {
    JsonValue whole = value(range.items(), dot);
    List<JsonValue> items = Values.items(whole);
    List<JsonValue> keys = range.key() == Node.NO_SLOT ? List.of() : Values.keys(whole);
    for (int i = 0; i < items.size(); i++) {
      if (range.key() != Node.NO_SLOT) {
        set(range.key(), keys.get(i));
      }
      if (range.item() != Node.NO_SLOT) {
        set(range.item(), items.get(i));
      }
      all(range.body(), items.get(i));
    }
    if (items.isEmpty()) {
      all(range.otherwise(), dot);
    }
  }

  private void set(int slot, JsonValue value) {
    while (variables.size() <= slot) {
      variables.add(value);
    }
    variables.set(slot, value);
  }

  private JsonValue value(Expression expression, JsonValue dot) throws FlintException {
    step();
    if (expression instanceof Expression.Literal literal) {
      return literal.value();
    } else if (expression instanceof Expression.Field field) {
      return field(value(field.of(), dot), field.name());
    } else if (expression instanceof Expression.Call call) {
      return called(call, dot);
    } else if (expression instanceof Expression.Variable variable) {
      return variables.get(variable.slot());
    } else if (expression instanceof Expression.Assign assign) {
      JsonValue value = value(assign.value(), dot);
      set(assign.slot(), value);
      return value;
    }
    return expression instanceof Expression.Root ? root : dot;
  }

  private JsonValue called(Expression.Call call, JsonValue dot) throws FlintException {
    List<JsonValue> arguments = new ArrayList<>();
    for (Expression argument : call.arguments()) {
      JsonValue value = value(argument, dot);
      if (call.function().isSettledBy(value)) {
        return value;
      }
      arguments.add(value);
    }
    JsonValue result = call.function().apply(arguments);
    if (result instanceof JsonValue.Text text && text.text().length() > MAX_CHARACTERS) {
      throw tooMuch();
    }
    return result;
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
      throw tooMuch();
    }
  }

  private static FlintException tooMuch() {
    return new FlintException(
        ErrorCode.USAGE, "the template makes more than Flint is willing to print");
  }
}
