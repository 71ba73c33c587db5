package dev.flint.capstan;

import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Builds one image directory aside and publishes it by renaming. */
final class ImageWriter {
  /** How often another writer of the same name may get in between before this one gives up. */
  private static final int ATTEMPTS = 16;

  private final Path root;
  private final Path repository;
  private final ImageTarget target;

  ImageWriter(Path root, Path repository, ImageTarget target) {
    this.root = root;
    this.repository = repository;
    this.target = target;
  }

  Path write(IndexYaml index, DiskWriter writer) throws IOException {
    byte[] yaml = index.toYaml();
    if (yaml.length > IndexYaml.MAX_BYTES) {
      throw new FlintException(
          ErrorCode.POLICY,
          "the index.yaml of " + target.name() + " would exceed " + IndexYaml.MAX_BYTES + " bytes");
    }
    ImageTarget.requireDirectoryOrNothing(repository);
    Files.createDirectories(repository);
    try (Staging staging = Staging.open(root, repository)) {
      StagedRun run = staging.run();
      target.check();
      Path fresh = run.fresh();
      Path written = fresh.resolve("disk");
      DiskFormat format = writer.write(written);
      DurableFiles.sync(written);
      String file = target.name().base() + format.capstanSuffix();
      Files.move(written, fresh.resolve(file));
      DurableFiles.writeNew(fresh.resolve(IndexFile.NAME), yaml);
      DurableFiles.sync(fresh);
      publish(run);
      return target.directory().resolve(file);
    }
  }

  private void publish(StagedRun run) throws IOException {
    Files.createDirectories(target.namespace());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!target.check() && !run.setAside(target)) {
        continue;
      }
      try {
        Files.move(run.fresh(), target.directory(), StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.sync(target.namespace());
        DurableFiles.sync(repository);
        return;
      } catch (AtomicMoveNotSupportedException e) {
        throw Staging.otherFileSystem(repository);
      } catch (FileSystemException e) {
        // A directory cannot be renamed onto one with files in it: somebody else was faster.
        if (target.isFree()) {
          throw e;
        }
      }
    }
    throw new FlintException(
        ErrorCode.LOCAL_IO,
        "cannot write " + target.name() + ": others keep writing it",
        "try again when they are done");
  }
}
