package dev.flint.cli.command;

import dev.flint.capstan.CapstanName;
import dev.flint.capstan.DiskImport;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.store.NamedChannel;
import dev.flint.oci.store.OutputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * Where the disk of an image goes, or its other files: a file, a folder, or Capstan's repository.
 */
final class DiskOutput {
  private static final long GIB = 1L << 30;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @ArgGroup Target target = new Target();

  /** One of two places. */
  static final class Target {
    @Option(
        names = "--to-capstan",
        paramLabel = "NAME",
        description = "Into the Capstan repository, under this name.")
    @Nullable String capstanName;

    @Option(
        names = "--to",
        paramLabel = "FILE",
        converter = DiskFileConverter.class,
        description = "Into this file; several files: into this folder.")
    @Nullable Path file;
  }

  @Option(names = "--force", description = "Replace what is there.")
  boolean force;

  @Mixin CapstanOptions capstan = new CapstanOptions();

  @Option(
      names = "--max-size",
      paramLabel = "GIB",
      defaultValue = "64",
      converter = MaxSizeConverter.class,
      description = "Refuse what becomes larger: unpacked. Default: 64.")
  Long maxSize;

  static final class MaxSizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      if (!text.matches("[0-9]{1,6}") || Long.parseLong(text) < 1) {
        throw new TypeConversionException("expected a number of GiB: " + text);
      }
      return Long.parseLong(text) * GIB;
    }
  }

  /** The folder whose file system the disk is written to; there by then. */
  Path folder(Context context) {
    return target.file == null
        ? context.capstan(capstan).folder()
        : target.file.toAbsolutePath().resolveSibling(".");
  }

  /** Fills the open file. */
  @FunctionalInterface
  interface Filler {
    DiskInfo fill(FileChannel disk) throws IOException;
  }

  long maxSize() {
    return maxSize;
  }

  /** Whether the user named a file or folder. */
  boolean isFile() {
    return target.file != null;
  }

  /** Whether the user named a place. */
  boolean isGiven() {
    return target.file != null || target.capstanName != null;
  }

  /**
   * Has a disk written, and publishes it whole.
   *
   * @param resume whether what a cut run left beside the file is handed on instead of removed
   * @return where it is
   */
  Path write(Context context, Reference reference, DiskImage image, boolean resume, Filler filler)
      throws IOException {
    return target.file == null
        ? writeCapstan(context, reference, image, filler)
        : writeFile(target.file, resume, filler::fill);
  }

  /**
   * A file that is no disk for Capstan.
   *
   * @param name in a folder
   * @param digest of its bytes, where that is known before
   */
  record Part(FileRole role, String name, Optional<Digest> digest, Writer writer) {}

  /** Fills the open file. */
  @FunctionalInterface
  interface Writer {
    void fill(FileChannel file) throws IOException;
  }

  /**
   * Has files written, and publishes each whole: a lone one as the file of {@code --to}, several in
   * the folder of that name. If one is in the way of any, none is written.
   *
   * @param resume as in {@link #write}; a file that a cut run has written whole stays as it is
   * @return where they are
   */
  List<Path> writeParts(List<Part> parts, boolean alone, boolean resume) throws IOException {
    Path place = target.file;
    if (place == null) {
      throw new ParameterException(
          spec.commandLine(),
          alone
              ? "say with --to which file it shall become"
              : "it has several files; say with --to which folder they shall come into");
    }
    if (!alone) {
      Files.createDirectories(place);
    }
    Map<Path, Part> missing = new LinkedHashMap<>();
    List<Path> all = new ArrayList<>();
    for (Part part : parts) {
      Path file = alone ? place : place.resolve(part.name());
      all.add(file);
      if (!resume || alone || !isThere(file, part.digest())) {
        OutputFile.requireFree(file, force);
        missing.put(file, part);
      }
    }
    for (Map.Entry<Path, Part> part : missing.entrySet()) {
      writeFile(part.getKey(), resume, part.getValue().writer());
    }
    return all;
  }

  private static boolean isThere(Path file, Optional<Digest> digest) throws IOException {
    if (digest.isEmpty() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    MessageDigest hasher = digest.get().hasher();
    try (InputStream content =
        new DigestInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), hasher)) {
      content.transferTo(OutputStream.nullOutputStream());
    }
    return digest.get().finish(hasher.digest()).equals(digest.get());
  }

  private Path writeFile(Path file, boolean resume, Writer filler) throws IOException {
    try (OutputFile output =
        resume ? OutputFile.resume(file, force) : OutputFile.create(file, force)) {
      try {
        filler.fill(output.channel());
      } catch (FlintException e) {
        if (e.code() == ErrorCode.NETWORK) {
          output.keep();
        }
        throw e;
      }
      output.publish();
    }
    return file;
  }

  private Path writeCapstan(Context context, Reference reference, DiskImage image, Filler filler)
      throws IOException {
    return context
        .capstan(capstan)
        .put(
            capstanName(reference),
            DiskImport.indexOf(image.manifest().annotations(), reference.tag()),
            force,
            file -> {
              try (FileChannel channel =
                  NamedChannel.open(
                      file,
                      StandardOpenOption.READ,
                      StandardOpenOption.WRITE,
                      StandardOpenOption.CREATE_NEW)) {
                return filler.fill(channel).format();
              }
            });
  }

  private CapstanName capstanName(Reference reference) {
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
