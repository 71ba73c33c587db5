package dev.flint.cli.command;

import dev.flint.capstan.CapstanName;
import dev.flint.capstan.DiskImport;
import dev.flint.capstan.IndexYaml;
import dev.flint.oci.Reference;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.ImageUnpacker;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.OutputFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code flint unpack}. */
@Command(
    name = "unpack",
    sortOptions = false,
    description = "Give back the disk of an image in the local store, byte for byte.",
    footer = {
      "",
      "Without a target the disk goes into the Capstan repository under the name of the",
      "repository in REF. Prints the path of the disk.",
      "",
      "Example:  flint unpack localhost:5000/demo/osv-hello:1.0 --to-capstan demo/osv-hello"
    })
public final class UnpackCommand implements Callable<Integer> {
  private static final long GIB = 1L << 30;

  private final Context context;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "REF", description = "An image of the local store.")
  private Reference reference;

  @ArgGroup private Target target = new Target();

  /** Where the disk goes. */
  static final class Target {
    @Option(
        names = "--to-capstan",
        paramLabel = "NAME",
        description = "Into the Capstan repository, under this name.")
    private @Nullable String capstanName;

    @Option(names = "--to", paramLabel = "FILE", description = "Into this file.")
    private @Nullable Path file;
  }

  @Option(names = "--force", description = "Replace what is there.")
  private boolean force;

  @Mixin private CapstanOptions capstan = new CapstanOptions();

  @Mixin private PlatformOption platform = new PlatformOption();

  @Option(
      names = "--max-size",
      paramLabel = "GIB",
      defaultValue = "64",
      converter = MaxSizeConverter.class,
      description = "Refuse a layer that unpacks to more. Default: 64.")
  private Long maxSize;

  static final class MaxSizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      if (!text.matches("[0-9]{1,6}") || Long.parseLong(text) < 1) {
        throw new TypeConversionException("expected a number of GiB: " + text);
      }
      return Long.parseLong(text) * GIB;
    }
  }

  /** Works in a context. */
  public UnpackCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (OciLayout store = context.store();
        OciLayout.Use use = store.use()) {
      DiskImage image = platform.read(store, reference);
      ImageUnpacker unpacker = new ImageUnpacker(store, maxSize);
      Path written =
          target.file == null ? toCapstan(image, unpacker) : toFile(image, unpacker, target.file);
      context.result(written.toString());
    }
    return 0;
  }

  private Path toFile(DiskImage image, ImageUnpacker unpacker, Path file) throws IOException {
    try (OutputFile output = OutputFile.create(file, force)) {
      unpacker.unpack(image, output.channel(), context.progress());
      output.publish();
    }
    return file;
  }

  private Path toCapstan(DiskImage image, ImageUnpacker unpacker) throws IOException {
    IndexYaml index = DiskImport.indexOf(image.manifest().annotations(), reference.tag());
    return context
        .capstan(capstan)
        .put(
            capstanName(),
            index,
            force,
            file -> {
              try (FileChannel channel =
                  FileChannel.open(
                      file,
                      StandardOpenOption.READ,
                      StandardOpenOption.WRITE,
                      StandardOpenOption.CREATE_NEW)) {
                return unpacker.unpack(image, channel, context.progress()).format();
              }
            });
  }

  private CapstanName capstanName() {
    if (target.capstanName == null) {
      return CapstanName.fromRepository(reference.repository())
          .orElseThrow(
              () ->
                  new ParameterException(
                      spec.commandLine(),
                      reference + " gives no Capstan name; choose one with --to-capstan"));
    }
    try {
      return CapstanName.parse(target.capstanName);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }
}
