package dev.flint.cli.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A file to write a disk into. Not standard output: a disk is written in any order, and is known to
 * be right only when all of it is there.
 */
final class DiskFileConverter implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    if (text.equals("-")) {
      throw new TypeConversionException(
          "disks do not go to standard output; name a file (./- for one of this name)");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
