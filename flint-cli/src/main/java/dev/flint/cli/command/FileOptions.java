package dev.flint.cli.command;

import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.disk.FileRole;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The files an image is made of, and what for. */
final class FileOptions {
  @Option(
      names = "--backend",
      paramLabel = "KIND",
      converter = BackendConverter.class,
      description =
          "What runs the image: osv, raw-vm, unikraft, firecracker, linux-vm or wasm. Default: what"
              + " the files tell.")
  @Nullable BackendKind backend;

  @Option(
      names = "--disk",
      paramLabel = "FILE",
      description = "Take this disk file instead of one from the Capstan repository.")
  @Nullable Path disk;

  @Option(
      names = "--kernel",
      paramLabel = "FILE",
      description = "A kernel, or a unikernel that is one file.")
  @Nullable Path kernel;

  @Option(
      names = "--initrd",
      paramLabel = "FILE",
      description = "What the kernel starts with in memory.")
  @Nullable Path initrd;

  @Option(
      names = "--rootfs",
      paramLabel = "FILE",
      description = "The root file system of the kernel, a raw disk.")
  @Nullable Path rootfs;

  @Option(
      names = "--module",
      paramLabel = "FILE",
      description = "A WebAssembly module or component.")
  @Nullable Path module;

  @Option(
      names = "--wasm-artifact",
      description = "Make of a module what WebAssembly runtimes pull, instead of an image.")
  boolean wasmArtifact;

  @Option(
      names = "--containerdisk",
      description = "Make the image of a disk one that KubeVirt takes as a containerDisk, too.")
  boolean containerDisk;

  static final class BackendConverter implements ITypeConverter<BackendKind> {
    @Override
    public BackendKind convert(String text) {
      return BackendKind.byId(text)
          .filter(kind -> !kind.slots().isEmpty())
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected one of "
                          + Arrays.stream(BackendKind.values())
                              .filter(kind -> !kind.slots().isEmpty())
                              .map(BackendKind::id)
                              .collect(Collectors.joining(", "))
                          + ": "
                          + text));
    }
  }

  Optional<BackendKind> backend() {
    return Optional.ofNullable(backend);
  }

  Optional<Path> disk() {
    return Optional.ofNullable(disk);
  }

  boolean isWasmArtifact() {
    return wasmArtifact;
  }

  boolean isContainerDisk() {
    return containerDisk;
  }

  /** The files that are no disks. */
  Map<FileRole, Path> parts() {
    Map<FileRole, Path> files = new EnumMap<>(FileRole.class);
    put(files, FileRole.KERNEL, kernel);
    put(files, FileRole.INITRD, initrd);
    put(files, FileRole.ROOTFS, rootfs);
    put(files, FileRole.MODULE, module);
    return files;
  }

  private static void put(Map<FileRole, Path> files, FileRole role, @Nullable Path file) {
    if (file != null) {
      files.put(role, file);
    }
  }
}
