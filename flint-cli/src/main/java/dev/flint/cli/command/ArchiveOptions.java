package dev.flint.cli.command;

import picocli.CommandLine.Option;

/** How archives are read and written; the same for every command that does. */
final class ArchiveOptions {
  @Option(names = "--force", description = "Replace an archive that is there.")
  private boolean force;

  @Option(
      names = "--max-size",
      paramLabel = "GIB",
      defaultValue = "64",
      converter = DiskOutput.MaxSizeConverter.class,
      description = "Refuse what becomes larger in a temporary file. Default: 64.")
  private Long maxSize;

  boolean force() {
    return force;
  }

  /** In bytes. */
  long maxSize() {
    return maxSize;
  }
}
