package dev.flint.cli.command;

import dev.flint.cli.command.OutputFormat.Named;
import dev.flint.cli.console.FilledResult;
import dev.flint.cli.console.Result;
import dev.flint.cli.help.OptionSection;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.yaml.YamlWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** The form of a result. */
@OptionSection("Output options")
final class OutputOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      converter = OutputFormat.Converter.class,
      completionCandidates = OutputFormat.Candidates.class,
      description = "Output format: table, json, yaml, or a Go template. Default: table.")
  private OutputFormat format;

  @Option(names = "--json", description = "Short for --output json.")
  private boolean json;

  /** Whether the result is for people. */
  boolean isTable() {
    return !json && format == Named.table;
  }

  /** Whether the result is JSON, and is not to be filled into a template. */
  boolean isJson() {
    return json || format == Named.json;
  }

  /**
   * Prints what a command found in the chosen form; with {@code --quiet}, names only.
   *
   * @throws FlintException USAGE if a template asks for what the result has not
   */
  void print(Context context, Result result) throws FlintException {
    if (isTable()) {
      context.results((context.isQuiet() ? result.names() : result.lines()).get());
    } else if (isJson()) {
      context.console().result(new String(result.json().prettyBytes(), StandardCharsets.UTF_8));
    } else if (format instanceof OutputFormat.Filled filled) {
      context.console().results(FilledResult.of(result, filled.template(), filled.whole()));
    } else {
      context.console().results(YamlWriter.write(result.json()));
    }
  }
}
