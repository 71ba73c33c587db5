package dev.flint.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code flint blob}. */
@Command(
    name = "blob",
    description = "Read blobs of a registry: configs, layers, files of artifacts.",
    footer = {
      "",
      "Example:  flint blob get localhost:5000/demo/osv-hello@$DIGEST --to layer.tar.gz"
    })
public final class BlobCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
