package dev.flint.capstan;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What one put keeps aside: {@code new}, the image directory it builds; {@code old}, the one it
 * takes away; {@code name}, the image's name, written before anything is taken away.
 *
 * @param directory the run's own directory
 * @param repository where images are published
 */
record StagedRun(Path directory, Path repository) {

  void create() throws IOException {
    Files.createDirectory(directory);
    Files.createDirectory(fresh());
  }

  /** The image directory under construction. */
  Path fresh() {
    return directory.resolve("new");
  }

  private Path old() {
    return directory.resolve("old");
  }

  private Path nameFile() {
    return directory.resolve("name");
  }

  /** Takes the image away that is to be replaced; false if somebody else just did. */
  boolean setAside(ImageTarget target) throws IOException {
    if (Files.exists(nameFile())) {
      // From an earlier attempt, after which another writer published the image again.
      deleteFlat(old());
    } else {
      DurableFiles.writeNew(nameFile(), target.name().text().getBytes(StandardCharsets.UTF_8));
      DurableFiles.sync(directory);
    }
    try {
      Files.move(target.directory(), old(), StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Leaves nothing behind: an image that was taken away returns to its place if its successor is
   * still here and nobody else has written one. Run twice, also at the same time, it does no more
   * than once.
   */
  void settle() throws IOException {
    ImageTarget.requireDirectoryOrNothing(directory);
    if (Files.isDirectory(old(), LinkOption.NOFOLLOW_LINKS)) {
      // Without a successor here it was published: a target that is free now was freed later.
      if (Files.exists(fresh(), LinkOption.NOFOLLOW_LINKS)) {
        restore(target());
      }
      deleteFlat(old());
    }
    deleteFlat(fresh());
    Files.deleteIfExists(nameFile());
    Files.deleteIfExists(directory);
  }

  private void restore(ImageTarget target) throws IOException {
    ImageTarget.requireDirectoryOrNothing(target.namespace());
    Files.createDirectories(target.namespace());
    if (!target.isFree()) {
      return;
    }
    try {
      Files.move(old(), target.directory(), StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.sync(target.namespace());
    } catch (FileSystemException e) {
      // A directory cannot be renamed onto one with files in it: there is a newer image now.
      if (target.isFree()) {
        throw e;
      }
    }
  }

  private ImageTarget target() throws IOException {
    String text = Files.readString(nameFile());
    CapstanName name =
        CapstanName.valid(text)
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.LOCAL_IO, nameFile() + " does not hold an image name"));
    return new ImageTarget(name, repository.resolve(name.text()), false);
  }

  /** Deletes a directory of files; a directory in it, never expected, stops this. */
  private static void deleteFlat(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    for (Path entry : Entries.of(directory)) {
      Files.deleteIfExists(entry);
    }
    Files.deleteIfExists(directory);
  }
}
