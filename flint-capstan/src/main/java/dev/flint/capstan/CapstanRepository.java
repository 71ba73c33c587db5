package dev.flint.capstan;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The images of a Capstan root: {@code ROOT/repository/NAME/BASE.SUFFIX} with an {@code index.yaml}
 * beside each disk, BASE being the last component of NAME. Safe for use by several threads and
 * processes at once.
 *
 * <p>Links are followed on reading as long as the target lies inside {@code ROOT/repository}, since
 * OSv's own scripts leave such links, and never on writing.
 */
public final class CapstanRepository {
  private final Path root;
  private final Path repository;

  /** A repository under a Capstan root, which need not exist yet. */
  public CapstanRepository(Path root) {
    this.root = root.toAbsolutePath().normalize();
    this.repository = this.root.resolve("repository");
  }

  /** The folder that has the images, made with the first. */
  public Path folder() {
    return repository;
  }

  /**
   * Where Capstan itself would look: {@code CAPSTAN_ROOT}, else {@code .capstan} in the home
   * directory. Variables that are empty count as absent.
   */
  public static Path rootFrom(Map<String, String> environment) {
    return variable(environment, "CAPSTAN_ROOT")
        .map(Path::of)
        .orElseGet(
            () ->
                Path.of(
                    variable(environment, "HOME").orElseGet(() -> System.getProperty("user.home")),
                    ".capstan"));
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * Finds an image's disk by content: the one file of its directory that the probe takes for a
   * disk, raw disks only with a boot sector. {@code index.yaml}, {@code *.cache} and hidden files
   * are not looked at.
   *
   * @throws FlintException NOT_FOUND if the directory or a disk in it is missing, naming what was
   *     looked at; USAGE if there are several; POLICY if a link leads out of the repository; what
   *     the probe says if it refuses {@code BASE.*}, or the only candidate
   */
  public CapstanDisk find(CapstanName name) throws IOException {
    Staging.recover(root, repository);
    return new DiskFinder(repository).find(name, directory(name));
  }

  /**
   * The images, sorted: every directory holding a file named after it with a suffix Capstan knows
   * ({@code .qemu .raw .vbox .vmw .vmware}). Hidden directories, linked directories and names that
   * are no {@link CapstanName} are left out.
   */
  public List<CapstanName> list() throws IOException {
    Staging.recover(root, repository);
    return new ImageLister(repository).list();
  }

  /**
   * Writes an image directory, disk and {@code index.yaml}, so that it appears whole or not at all,
   * whatever happens meanwhile. It is built in {@code ROOT/.flint-staging} (inside {@code
   * repository} Capstan would list it), synced to disk and renamed into place; what runs that died
   * have left there is cleaned up by the next call of any method of this class.
   *
   * @param name one or two components; Capstan lists no deeper ones
   * @param force whether an existing image directory is replaced: as a whole, with every file in
   *     it. A directory that holds other images is never replaced.
   * @param writer makes the disk file
   * @return the published disk file
   * @throws FlintException USAGE for a name with more than two components; LOCAL_IO if the image
   *     exists and may not be replaced; POLICY if a link is in the way or the index is too long
   */
  public Path put(CapstanName name, IndexYaml index, boolean force, DiskWriter writer)
      throws IOException {
    if (name.components().size() > 2) {
      throw new FlintException(
          ErrorCode.USAGE,
          "cannot write " + name + ": Capstan lists names of one or two components only",
          "choose a name like NAMESPACE/NAME");
    }
    return new ImageWriter(root, repository, new ImageTarget(name, directory(name), force))
        .write(index, writer);
  }

  private Path directory(CapstanName name) throws FlintException {
    try {
      return repository.resolve(name.text());
    } catch (InvalidPathException e) {
      throw new FlintException(
          ErrorCode.USAGE,
          "the name " + name + " cannot be a file name here: " + e.getReason(),
          "use a UTF-8 locale",
          e);
    }
  }
}
