package dev.flint.cli.command;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How archives are read and written; the same for every command that does. */
final class ArchiveOptions {
  @Option(names = "--force", description = "Replace what is there.")
  boolean force;

  @Mixin SpoolOption spool = new SpoolOption();

  boolean force() {
    return force;
  }

  /** In bytes. */
  long maxSize() {
    return spool.maxBytes();
  }
}
