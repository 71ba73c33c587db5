package dev.flint.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code flint config}. */
@Command(
    name = "config",
    sortOptions = false,
    description = "Show and change what is configured.",
    footer = {
      "",
      "What counts is an option of the command, else a variable (FLINT_JOBS), else",
      "the file of the project (.flint/config.yaml, upwards to the folder with .git),",
      "else the file of the user.",
      "",
      "Example:  flint config list --origin"
    })
public final class ConfigCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
