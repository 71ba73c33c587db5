package dev.flint.cli.command;

import dev.flint.cli.console.ProgressMode;
import dev.flint.cli.help.OptionSection;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code flint} itself and the options that every command takes. */
@OptionSection("Global options")
@Command(
    name = "flint",
    description = "Package, ship and unpack unikernel and microVM disks as OCI images.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    footer = {
      "",
      "Images live in $FLINT_HOME/store (default ~/.local/share/flint/store), an OCI",
      "image layout.",
      "",
      "Example:  flint demo"
    })
public final class RootCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // Its presence is what picocli acts on.
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version and exit.")
  @SuppressWarnings("UnusedVariable") // Its presence is what picocli acts on.
  boolean version;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print results and errors only.")
  boolean quiet;

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      defaultValue = "auto",
      scope = ScopeType.INHERIT,
      description = "Show progress: ${COMPLETION-CANDIDATES}. Default: auto.")
  ProgressMode progress;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show a stack trace with an error.")
  boolean debug;

  /** Whether to show stack traces. */
  public boolean debug() {
    return debug;
  }

  boolean quiet() {
    return quiet;
  }

  /** What the chosen command is applied to, as it was typed, but for files. */
  List<String> operands() {
    return spec.commandLine().getParseResult().asCommandLineList().stream()
        .flatMap(line -> line.getParseResult().matchedPositionals().stream())
        .filter(operand -> !isFile(operand))
        .flatMap(operand -> operand.originalStringValues().stream())
        .toList();
  }

  /** Whatever it is called, and be it like a registry. */
  private static boolean isFile(PositionalParamSpec operand) {
    Class<?> element = operand.auxiliaryTypes()[0];
    return element == Path.class || element == AttachedFile.class;
  }

  /** How to show progress; programs that ask for events get them beside a quiet result too. */
  public ProgressMode progress() {
    return quiet && progress != ProgressMode.json ? ProgressMode.none : progress;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
