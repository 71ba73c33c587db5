package dev.flint.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code flint index}. */
@Command(
    name = "index",
    description = "Give images of several platforms one name.",
    footer = {"", "Example:  flint index create app:1.0 osv-hello:1.0 arm:1.0"})
public final class IndexCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
