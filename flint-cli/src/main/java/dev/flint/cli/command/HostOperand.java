package dev.flint.cli.command;

import picocli.CommandLine.Parameters;

/** The registry whose credentials are kept or forgotten. */
final class HostOperand {
  @Parameters(
      paramLabel = "HOST",
      converter = RegistryOperand.HostConverter.class,
      description = "HOST[:PORT]; docker.io for Docker Hub.")
  String host;

  String host() {
    return host;
  }
}
