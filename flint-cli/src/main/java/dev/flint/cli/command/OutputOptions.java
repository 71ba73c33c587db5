package dev.flint.cli.command;

import dev.flint.cli.command.OutputFormat.Named;
import dev.flint.cli.console.FilledResult;
import dev.flint.cli.console.Result;
import dev.flint.cli.help.OptionSection;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.yaml.YamlWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
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
  OutputFormat format;

  @Option(names = "--json", description = "Short for --output json.")
  boolean json;

  /** Whether the result is for people. */
  boolean isTable() {
    return !json && format == Named.table;
  }

  /**
   * Prints what a command found in the chosen form; with {@code --quiet}, names only.
   *
   * @throws FlintException USAGE if a template asks for what the result has not
   */
  void print(Context context, Result result) throws FlintException {
    if (isTable()) {
      context.results((context.isQuiet() ? result.names() : result.lines()).get());
    } else if (json || format == Named.json) {
      context.console().results(out -> writeJson(result, out));
    } else if (format instanceof OutputFormat.Filled filled) {
      context.console().results(FilledResult.of(result, filled.template(), filled.shape()));
    } else {
      context.console().results(out -> writeYaml(result, out));
    }
  }

  private static void writeJson(Result result, OutputStream out) throws IOException {
    result.document().writePretty(out);
    out.write(System.lineSeparator().getBytes(StandardCharsets.US_ASCII));
  }

  private static void writeYaml(Result result, OutputStream out) throws IOException {
    YamlWriter.write(result.document(), new OutputStreamWriter(out, StandardCharsets.UTF_8));
  }
}
