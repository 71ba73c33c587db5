package dev.flint.cli.console;

import dev.flint.cli.template.Template;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonListing;
import dev.flint.oci.json.JsonValue;
import java.util.Arrays;
import java.util.List;

/** A result as a template says. */
public final class FilledResult {
  private FilledResult() {}

  /** What a template is about. */
  public enum Shape {
    /** Each item of a list, a line each, or the object: as with docker. */
    ITEMS,
    /** That as well, with a heading, and in columns where it has tabs: as with docker. */
    TABLE,
    /** The document; the template says itself where lines end: as with kubectl. */
    DOCUMENT
  }

  /**
   * The lines, each with its end.
   *
   * @throws FlintException USAGE if the template asks for what is not there
   */
  public static String of(Result result, Template template, Shape shape) throws FlintException {
    if (shape == Shape.DOCUMENT) {
      String text = template.render(new JsonValue.Members(result.document().whole()));
      return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }
    Iterable<JsonValue> items = items(result.document());
    return shape == Shape.TABLE ? table(template, items) : lines(template, items);
  }

  private static String lines(Template template, Iterable<JsonValue> items) throws FlintException {
    StringBuilder lines = new StringBuilder();
    for (JsonValue item : items) {
      lines.append(template.render(item)).append('\n');
    }
    return lines.toString();
  }

  private static String table(Template template, Iterable<JsonValue> items) throws FlintException {
    String[] headings = template.heading().split("\t", -1);
    Table table = new Table(headings);
    for (JsonValue item : items) {
      // A value with a tab in it gets no column of its own.
      String[] cells = template.render(item).split("\t", headings.length);
      String[] row = Arrays.copyOf(cells, headings.length);
      Arrays.fill(row, cells.length, row.length, "");
      table.row(row);
    }
    return String.join("\n", table.lines()) + "\n";
  }

  private static Iterable<JsonValue> items(JsonListing document) {
    return document.list().isEmpty()
        ? List.of(new JsonValue.Members(document.document()))
        : document.items();
  }
}
