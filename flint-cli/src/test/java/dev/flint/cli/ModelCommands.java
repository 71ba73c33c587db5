package dev.flint.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The commands that people see, {@code flint} itself first. */
public final class ModelCommands {
  private ModelCommands() {}

  /** All of them, each once. */
  public static List<CommandSpec> visible() {
    List<CommandSpec> found = new ArrayList<>();
    collect(Flint.model(), found);
    return found;
  }

  private static void collect(CommandLine line, List<CommandSpec> found) {
    if (!line.getCommandSpec().usageMessage().hidden()) {
      found.add(line.getCommandSpec());
      new LinkedHashSet<>(line.getSubcommands().values()).forEach(each -> collect(each, found));
    }
  }
}
