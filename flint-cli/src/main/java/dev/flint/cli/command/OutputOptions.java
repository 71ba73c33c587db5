package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.cli.help.OptionSection;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** The form of a result. */
@OptionSection("Output options")
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

  /** Prints what a command found in the chosen form; with {@code --quiet}, names only. */
  void print(Context context, Result result) {
    if (isJson()) {
      context.console().result(new String(result.json().prettyBytes(), StandardCharsets.UTF_8));
    } else if (context.isQuiet()) {
      result.names().get().forEach(context::result);
    } else {
      result.lines().get().forEach(context::result);
    }
  }
}
