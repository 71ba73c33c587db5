package dev.flint.cli.template;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonValue;
import java.util.List;

/**
 * A text with {@code {{...}}} that is filled in from JSON, as docker and kubectl have it: a strict
 * part of Go's text/template, docs/output.md. Without definitions. Immutable, thread-safe.
 */
public final class Template {
  /** The longest, in characters. */
  public static final int MAX_LENGTH = 64 * 1024;

  private final List<Node> nodes;

  private Template(List<Node> nodes) {
    this.nodes = nodes;
  }

  /**
   * Reads a template.
   *
   * @throws FlintException USAGE if it is none, or names a function there is not
   */
  public static Template parse(String text) throws FlintException {
    if (text.length() > MAX_LENGTH) {
      throw wrong("is longer than " + MAX_LENGTH + " characters");
    }
    return new Template(new Parser(Pieces.of(text)).template());
  }

  /**
   * Fills it in. What comes from the data is made printable, but for line ends and tabs.
   *
   * @throws FlintException USAGE if it asks for what is not there
   */
  public String render(JsonValue data) throws FlintException {
    return new Rendering(data).of(nodes);
  }

  /** The template with the names of members in the place of their values, for a heading. */
  public String heading() {
    return Headings.of(nodes);
  }

  static FlintException wrong(String problem) {
    return new FlintException(ErrorCode.USAGE, "the template " + problem);
  }

  static FlintException wrong(String problem, String remedy) {
    return new FlintException(ErrorCode.USAGE, "the template " + problem, remedy);
  }
}
