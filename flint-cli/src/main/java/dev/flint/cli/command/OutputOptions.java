package dev.flint.cli.command;

import picocli.CommandLine.Option;

/** The form of a result. */
final class OutputOptions {
  /** The forms there are. */
  enum Format {
    /** For people. */
    table,
    /** For programs. */
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "Output format: ${COMPLETION-CANDIDATES}. Default: table.")
  private Format format;

  @Option(names = "--json", description = "Short for --output json.")
  private boolean json;

  boolean isJson() {
    return json || format == Format.json;
  }
}
