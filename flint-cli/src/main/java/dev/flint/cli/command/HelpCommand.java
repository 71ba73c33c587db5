package dev.flint.cli.command;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint help}. picocli's own cannot stand beside an inherited {@code --help}. */
@Command(name = "help", description = "Show the help of a command.")
public final class HelpCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command.")
  private List<String> words = List.of();

  @Override
  public void run() {
    CommandLine command = spec.parent().commandLine();
    for (String word : words) {
      command = command.getSubcommands().get(word);
      if (command == null) {
        throw new ParameterException(spec.commandLine(), "no such command: " + word);
      }
    }
    command.usage(spec.commandLine().getOut());
  }
}
