package dev.flint.cli.template;

import java.util.List;
import java.util.Locale;

/** What stands above the values of a template: their names, as docker writes them. */
final class Headings {
  private Headings() {}

  /** The template with the name of each value in its place; of branches the first. */
  static String of(List<Node> nodes) {
    StringBuilder text = new StringBuilder();
    for (Node node : nodes) {
      if (node instanceof Node.Text plain) {
        text.append(plain.text());
      } else if (node instanceof Node.Print print) {
        text.append(words(name(print.value())));
      } else if (node instanceof Node.If branch) {
        text.append(of(branch.then()));
      } else if (node instanceof Node.Range range) {
        String items = words(name(range.items()));
        text.append(items.isEmpty() ? of(range.body()) : items);
      }
    }
    return text.toString();
  }

  /** The member that a value comes from; empty if it comes from none. */
  private static String name(Expression value) {
    if (value instanceof Expression.Field field) {
      return field.name();
    } else if (value instanceof Expression.Call call) {
      return call.arguments().stream()
          .map(Headings::name)
          .filter(name -> !name.isEmpty())
          .findFirst()
          .orElse("");
    }
    return "";
  }

  /** {@code diskFormat} as {@code DISK FORMAT}. */
  private static String words(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toUpperCase(Locale.ROOT);
  }
}
