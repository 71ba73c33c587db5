package dev.flint.cli.command;

import dev.flint.cli.console.FilledResult.Shape;
import dev.flint.cli.template.Template;
import dev.flint.oci.error.FlintException;
import java.util.AbstractList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The form of a result. */
sealed interface OutputFormat {
  /** The forms that have a name. */
  enum Named implements OutputFormat {
    /** For people. */
    table,
    /** For programs. */
    json,
    /** The same document as YAML. */
    yaml
  }

  /**
   * As a template says.
   *
   * @param shape what the template is about
   */
  record Filled(Template template, Shape shape) implements OutputFormat {}

  /** What can be completed. */
  final class Candidates extends AbstractList<String> {
    private static final List<String> WORDS = List.of("table", "json", "yaml", "go-template=");

    @Override
    public String get(int index) {
      return WORDS.get(index);
    }

    @Override
    public int size() {
      return WORDS.size();
    }
  }

  /** From the word of the option; a wrong template is found out before any work. */
  final class Converter implements ITypeConverter<OutputFormat> {
    private static final String WHOLE = "go-template=";
    private static final String TABLE = "table ";

    @Override
    public OutputFormat convert(String text) {
      for (Named named : Named.values()) {
        if (text.equals(named.name())) {
          return named;
        }
      }
      if (!text.startsWith(WHOLE) && !text.contains("{{")) {
        throw new TypeConversionException(
            "expected table, json, yaml or a template with {{...}}: " + text);
      }
      try {
        if (text.startsWith(WHOLE)) {
          return new Filled(Template.parse(text.substring(WHOLE.length())), Shape.DOCUMENT);
        }
        return text.startsWith(TABLE)
            ? new Filled(Template.parse(text.substring(TABLE.length()).strip()), Shape.TABLE)
            : new Filled(Template.parse(text), Shape.ITEMS);
      } catch (FlintException e) {
        throw new TypeConversionException(FlintException.line(e));
      }
    }
  }
}
