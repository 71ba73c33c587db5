package dev.flint.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code flint store}. */
@Command(
    name = "store",
    description = "Look after the local store: see, free and check what is in it.",
    footer = {"", "Example:  flint store du"})
public final class StoreCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
