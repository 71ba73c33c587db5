package dev.flint.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code flint manifest}. */
@Command(
    name = "manifest",
    description = "Read, write and delete manifests and indexes of a registry.",
    footer = {"", "Example:  flint manifest get localhost:5000/demo/osv-hello:1.0"})
public final class ManifestCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
