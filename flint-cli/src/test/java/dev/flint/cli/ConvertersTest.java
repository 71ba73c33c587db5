package dev.flint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

class ConvertersTest {
  @Test
  void noArgumentNeedsThoseThatTheLauncherTurnsOff() {
    List<String> needing = new ArrayList<>();
    int seen = collect(Flint.model(), needing);
    assertEquals(List.of(), needing);
    assertTrue(seen > 50, "only " + seen + " arguments");
  }

  /** Returns how many arguments there are. */
  private static int collect(CommandLine command, List<String> needing) {
    int seen = 0;
    for (ArgSpec arg : command.getCommandSpec().args()) {
      seen++;
      for (Class<?> type : arg.auxiliaryTypes()) {
        if (arg.converters().length == 0 && type.getName().matches("java[.](time|sql)[.].*")) {
          needing.add(command.getCommandName() + " " + arg.paramLabel());
        }
      }
    }
    for (CommandLine subcommand : command.getSubcommands().values()) {
      seen += collect(subcommand, needing);
    }
    return seen;
  }
}
