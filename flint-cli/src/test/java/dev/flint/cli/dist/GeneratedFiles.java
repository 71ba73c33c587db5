package dev.flint.cli.dist;

import dev.flint.cli.Flint;
import dev.flint.cli.completion.CompletionScript;
import dev.flint.cli.completion.Shell;
import dev.flint.oci.error.ErrorCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** The checked-in files that follow from the commands, as they should be now. */
final class GeneratedFiles {
  static final Path ROOT = Path.of("..");
  static final Path PAGES = Path.of("docs", "cli");
  static final Path COMPLETIONS = Path.of("completions");

  private GeneratedFiles() {}

  /** Every file's text by its path below the root of the source tree. */
  static Map<Path, String> all() {
    Map<Path, String> files = new TreeMap<>();
    addPages(Flint.model(), files);
    for (Shell shell : Shell.values()) {
      files.put(COMPLETIONS.resolve(shell.fileName()), CompletionScript.of(shell, Flint.model()));
    }
    return files;
  }

  private static void addPages(CommandLine command, Map<Path, String> files) {
    if (command.getCommandSpec().usageMessage().hidden()) {
      return;
    }
    CommandSpec spec = command.getCommandSpec();
    files.put(PAGES.resolve(spec.qualifiedName("-") + ".adoc"), page(spec));
    for (CommandLine subcommand : command.getSubcommands().values()) {
      addPages(subcommand, files);
    }
  }

  private static String page(CommandSpec spec) {
    if (spec.usageMessage().footer().length > 0) {
      spec.usageMessage().footerHeading("Notes%n");
    }
    if (spec.parent() == null) {
      spec.usageMessage().exitCodeListHeading("Exit status%n").exitCodeList(exitCodes());
    }
    StringWriter page = new StringWriter();
    ManPageGenerator.writeSingleManPage(new PrintWriter(page), spec);
    return page.toString()
        .replaceAll("(?m)^// (tag|end)::.*\n", "")
        .replaceAll("(?m)^:revnumber:.*\n", "")
        .replaceAll("(?m)^:mansource:.*$", ":mansource: Flint")
        .replaceAll("\n{3,}", "\n\n")
        .replace("[%hardbreaks]\n\n[", "[");
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "done");
    for (ErrorCode code : ErrorCode.values()) {
      codes.put(String.valueOf(code.exitCode()), code.meaning());
    }
    return codes;
  }
}
