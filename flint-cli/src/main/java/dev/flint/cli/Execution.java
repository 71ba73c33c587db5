package dev.flint.cli;

import dev.flint.cli.command.RootCommand;
import dev.flint.cli.console.Console;
import dev.flint.cli.console.ProgressMode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Runs the command that was chosen: what comes between reading the words and that. */
final class Execution implements IExecutionStrategy {
  private final Console console;
  private final RootCommand root;
  private final Optional<IOException> unusable;

  /**
   * An execution.
   *
   * @param unusable why what is configured cannot be understood; then only help is given
   */
  Execution(Console console, RootCommand root, Optional<IOException> unusable) {
    this.console = console;
    this.root = root;
    this.unusable = unusable;
  }

  @Override
  public int execute(ParseResult parsed) {
    // First of all, as what fails from here on is an event too.
    if (root.progress() == ProgressMode.json) {
      console.toEvents(System::nanoTime);
    }
    if (unusable.isPresent() && !asksForHelp(parsed)) {
      List<CommandLine> chosen = parsed.asCommandLineList();
      IOException why = unusable.get();
      throw new ExecutionException(
          chosen.get(chosen.size() - 1), String.valueOf(why.getMessage()), why);
    }
    return new RunLast().execute(parsed);
  }

  private static boolean asksForHelp(ParseResult parsed) {
    for (CommandLine command : parsed.asCommandLineList()) {
      if (command.isUsageHelpRequested()
          || command.isVersionHelpRequested()
          || command.getCommandName().equals("help")) {
        return true;
      }
    }
    return false;
  }
}
