package dev.flint.cli.command;

import picocli.CommandLine.Option;

/** How large temporary files may become. */
final class SpoolOption {
  @Option(
      names = "--max-size",
      paramLabel = "GIB",
      defaultValue = "64",
      converter = DiskOutput.MaxSizeConverter.class,
      description = "Refuse what becomes larger: in a temporary file. Default: 64.")
  Long maxSize;

  /** In bytes. */
  long maxBytes() {
    return maxSize;
  }
}
