package dev.flint.capstan;

import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Walks a repository for image directories. */
final class ImageLister {
  private static final List<String> SUFFIXES = List.of(".qemu", ".raw", ".vbox", ".vmw", ".vmware");

  private final Path repository;

  ImageLister(Path repository) {
    this.repository = repository;
  }

  List<CapstanName> list() throws IOException {
    List<CapstanName> found = new ArrayList<>();
    try {
      walk(repository, "", new Enclosure(repository.toRealPath()), found);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    found.sort(Comparator.comparing(CapstanName::text));
    return found;
  }

  /** Ends, as a name has at most 255 bytes and linked directories are not entered. */
  private static void walk(
      Path directory, String prefix, Enclosure enclosure, List<CapstanName> found)
      throws IOException {
    for (Path entry : Entries.of(directory)) {
      Optional<CapstanName> name = CapstanName.valid(prefix + entry.getFileName());
      if (name.isEmpty() || !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      if (holdsDisk(entry, name.get().base(), enclosure)) {
        found.add(name.get());
      }
      try {
        walk(entry, name.get() + "/", enclosure, found);
      } catch (NoSuchFileException | NotDirectoryException e) {
        // Removed by somebody since it was seen.
      }
    }
  }

  private static boolean holdsDisk(Path directory, String base, Enclosure enclosure)
      throws IOException {
    for (String suffix : SUFFIXES) {
      try {
        if (Files.isRegularFile(enclosure.follow(directory.resolve(base + suffix)))) {
          return true;
        }
      } catch (FlintException | NoSuchFileException e) {
        // Not there, or a link that find would refuse.
      }
    }
    return false;
  }
}
