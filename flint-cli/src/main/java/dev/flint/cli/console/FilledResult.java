package dev.flint.cli.console;

import dev.flint.cli.template.Template;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonValue;
import java.util.List;

/** A result as a template says. */
public final class FilledResult {
  private FilledResult() {}

  /**
   * The lines, each with its end: of a list, one for each item, as with docker.
   *
   * @param whole whether the template is about the document instead, and says itself where lines
   *     end, as with kubectl
   * @throws FlintException USAGE if it asks for what is not there
   */
  public static String of(Result result, Template template, boolean whole) throws FlintException {
    JsonValue document = new JsonValue.Members(result.json());
    if (whole) {
      String text = template.render(document);
      return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }
    StringBuilder lines = new StringBuilder();
    for (JsonValue item : items(result, document)) {
      lines.append(template.render(item)).append('\n');
    }
    return lines.toString();
  }

  private static List<JsonValue> items(Result result, JsonValue document) {
    if (result.items().isEmpty()) {
      return List.of(document);
    }
    return result.json().member(result.items()).orElseThrow() instanceof JsonValue.Items list
        ? list.items()
        : List.of();
  }
}
