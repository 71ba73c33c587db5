package dev.flint.oci.image;

import dev.flint.oci.Document;
import dev.flint.oci.backend.BackendChoice;
import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.backend.FileContent;
import dev.flint.oci.backend.FileProbe;
import dev.flint.oci.backend.FileSlot;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.disk.HoleMap;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressListener;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes an image of files that are no whole disks: a kernel and what belongs to it, a module. */
public final class FilesImport implements Closeable {
  private final Map<FileRole, HoleMap> open = new EnumMap<>(FileRole.class);
  private final Map<FileRole, FileContent> found = new EnumMap<>(FileRole.class);

  private FilesImport() {}

  /**
   * Opens the files and looks what they are.
   *
   * @throws FlintException NOT_FOUND if there is no such file, else as {@link FileProbe#probe}
   */
  public static FilesImport open(Map<FileRole, Path> files) throws IOException {
    FilesImport opened = new FilesImport();
    try {
      for (Map.Entry<FileRole, Path> file : new EnumMap<>(files).entrySet()) {
        opened.add(file.getKey(), file.getValue());
      }
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  private void add(FileRole role, Path file) throws IOException {
    // A pipe would keep us waiting, and the length of a device is not known.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FlintException(ErrorCode.UNSUPPORTED, file + " is not a plain file");
    }
    try {
      HoleMap map = HoleMap.open(file);
      open.put(role, map);
      found.put(role, FileProbe.probe(role, map.channel(), file.toString()));
    } catch (NoSuchFileException e) {
      throw new FlintException(ErrorCode.NOT_FOUND, "no such file: " + file, e);
    }
  }

  /** The backend the files are for, as {@link BackendChoice#of}. */
  public BackendKind backend(Optional<BackendKind> asked) throws FlintException {
    return BackendChoice.of(asked, found);
  }

  /** Packs the files in the order that the backend has, and stores the image, unnamed. */
  public Document pack(
      ImageAssembler assembler, BackendKind kind, ImageDraft draft, ProgressListener listener)
      throws IOException {
    List<FileToPack> files = new ArrayList<>();
    for (FileSlot slot : kind.slots()) {
      HoleMap file = open.get(slot.role());
      if (file != null) {
        files.add(FileToPack.file(slot.role(), file.channel(), file::zerosAt));
      }
    }
    return assembler.assemble(files, draft, listener);
  }

  /** Stores the one module as an artifact of the CNCF layout, unnamed. */
  public Document packArtifact(WasmArtifact artifact, ImageDraft draft, ProgressListener listener)
      throws IOException {
    HoleMap module = open.get(FileRole.MODULE);
    if (module == null) {
      throw new FlintException(ErrorCode.USAGE, "an artifact for wasm is made of a --module");
    }
    return artifact.pack(module.channel(), draft, listener);
  }

  @Override
  public void close() throws IOException {
    for (HoleMap file : open.values()) {
      file.close();
    }
  }
}
