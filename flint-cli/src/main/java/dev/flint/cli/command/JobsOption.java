package dev.flint.cli.command;

import dev.flint.cli.help.OptionSection;
import dev.flint.oci.transfer.Transfer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How much goes at a time; the same for every command that transfers blobs. */
@OptionSection("Registry options")
final class JobsOption {
  @Option(
      names = "--jobs",
      paramLabel = "N",
      converter = Converter.class,
      description = "Transfer so many blobs at a time, 1 to 16. Default: 3.")
  @Nullable Integer jobs;

  static final class Converter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (!text.matches("[1-9]|1[0-6]")) {
        throw new TypeConversionException("expected a number from 1 to 16: " + text);
      }
      return Integer.valueOf(text);
    }
  }

  int count() {
    return jobs == null ? Transfer.USUAL_JOBS : jobs;
  }
}
