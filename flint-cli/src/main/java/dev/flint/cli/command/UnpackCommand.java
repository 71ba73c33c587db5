package dev.flint.cli.command;

import dev.flint.cli.command.DiskOutput.Part;
import dev.flint.cli.command.StoredImage.Content;
import dev.flint.cli.console.Result;
import dev.flint.oci.Reference;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flint unpack}. */
@Command(
    name = "unpack",
    sortOptions = false,
    description = "Give back the disk of an image, or its other files.",
    footer = {
      "",
      "Without a target a disk goes into the Capstan repository under the name of the",
      "repository in REF. The files of other images go into the file or folder of",
      "--to. Also unpacks packages of kraft, images for urunc, containerDisks of",
      "KubeVirt, disks of Podman machine and Wasm artifacts. Prints the paths of what",
      "it wrote.",
      "",
      "Example:  flint unpack localhost:5000/demo/osv-hello:1.0 --to disk.qcow2",
      "          flint unpack vm:1 --only kernel --to kernel"
    })
public final class UnpackCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "An image of the local store.")
  Reference reference;

  @Option(
      names = "--only",
      paramLabel = "ROLE",
      description = "Only this file: disk, kernel, initrd, rootfs or module.")
  @Nullable String role;

  @Mixin DiskOutput output = new DiskOutput();

  @Mixin OutputOptions format = new OutputOptions();

  @Mixin StoredImage stored = new StoredImage();

  /** Works in a context. */
  public UnpackCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    try (OciLayout store = context.store();
        OciLayout.Use use = store.use()) {
      Content content = StoredImage.content(store, stored.read(store, reference));
      UnpackedFiles files = new UnpackedFiles(context, store, output.maxSize());
      List<Part> parts = files.parts(content);
      boolean asDisk = parts.isEmpty() || (isDisk(parts) && !output.isFile());
      if (asDisk && (role == null || role.equals(FileRole.DISK.id()))) {
        Path written =
            output.write(
                context, reference, content.image(), false, disk -> files.disk(content, disk));
        report(content, List.of(written));
      } else {
        List<Part> chosen = chosen(parts);
        boolean alone = role != null || parts.size() == 1;
        report(content, output.writeParts(chosen, alone, false));
      }
    }
    return 0;
  }

  private void report(Content content, List<Path> written) throws FlintException {
    Pinned image = Pinned.of(reference, content.image().manifest().document().digest());
    List<String> paths = written.stream().map(Path::toString).toList();
    JsonObject json = image.json().first("schema", "unpack/v1").withStrings("paths", paths);
    format.print(context, new Result(json, "", () -> paths, () -> paths));
  }

  private static boolean isDisk(List<Part> parts) {
    return parts.size() == 1 && parts.get(0).role() == FileRole.DISK;
  }

  private List<Part> chosen(List<Part> parts) throws FlintException {
    List<Part> chosen =
        parts.stream().filter(part -> role == null || part.role().id().equals(role)).toList();
    if (chosen.isEmpty()) {
      String there = parts.stream().map(part -> part.role().id()).collect(Collectors.joining(", "));
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          reference + " has no " + role,
          "it has: " + (there.isEmpty() ? FileRole.DISK.id() : there));
    }
    return chosen;
  }
}
