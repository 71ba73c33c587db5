package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The packages of a Capstan root: {@code ROOT/packages/NAME.yaml} and {@code NAME.mpm}. Only read;
 * nothing is fetched. Confined to one thread.
 */
public final class PackageRepository {
  private static final int MAX_PACKAGES = 512;

  private final Path folder;

  /** What a package needs and itself, each once, in the order in which they go onto a disk. */
  private final Map<String, List<String>> orders = new HashMap<>();

  /** The packages under a Capstan root, which need not exist. */
  public PackageRepository(Path root) {
    this.folder = root.toAbsolutePath().normalize().resolve("packages");
  }

  boolean has(String name) {
    return Files.isRegularFile(file(name, ".yaml"));
  }

  /** The archive of a package. */
  Path archive(String name) throws FlintException {
    Path file = file(name, ".mpm");
    if (!Files.isRegularFile(file)) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "the package " + name + " has no archive: " + file + " is missing",
          "capstan package pull " + name);
    }
    return file;
  }

  /**
   * The files that these packages and all that they need are made of: whether one of them changed
   * tells whether a disk would.
   *
   * @throws FlintException NOT_FOUND for a package that is not here
   */
  public List<Path> files(List<String> names) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : inOrder(names)) {
      files.add(file(name, ".yaml").toRealPath());
      files.add(archive(name).toRealPath());
    }
    return files;
  }

  /**
   * All packages that these need, themselves included: what is required comes before what requires
   * it, and where a package is required more than once its last place counts, as in Capstan, which
   * unpacks it each time.
   *
   * @throws FlintException NOT_FOUND for a package that is not here, PROTOCOL for packages that
   *     require each other, POLICY if there are too many
   */
  List<String> inOrder(List<String> names) throws IOException {
    return lastPlaces(names, new LinkedHashSet<>());
  }

  private List<String> order(String name, Set<String> path) throws IOException {
    List<String> known = orders.get(name);
    if (known != null) {
      return known;
    }
    if (!path.add(name)) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          "packages require each other: " + String.join(", ", path) + ", and again " + name);
    }
    if (path.size() > MAX_PACKAGES) {
      throw tooMany();
    }
    PackageManifest manifest = manifest(name, path);
    List<String> order = new ArrayList<>(lastPlaces(manifest.require(), path));
    order.add(name);
    path.remove(name);
    orders.put(name, order);
    return order;
  }

  private List<String> lastPlaces(List<String> names, Set<String> path) throws IOException {
    LinkedHashSet<String> all = new LinkedHashSet<>();
    for (String name : names) {
      List<String> order = order(name, path);
      order.forEach(all::remove);
      all.addAll(order);
      if (all.size() > MAX_PACKAGES) {
        throw tooMany();
      }
    }
    return List.copyOf(all);
  }

  private PackageManifest manifest(String name, Set<String> path) throws IOException {
    PackageManifest.requireName(name, "a required package");
    Path file = file(name, ".yaml");
    // The repository is the user's own, and may be made of links.
    Optional<byte[]> bytes =
        Files.exists(file) ? PackageFile.read(file.toRealPath()) : Optional.empty();
    if (bytes.isEmpty()) {
      List<String> by = List.copyOf(path);
      String whose = by.size() > 1 ? ", which " + by.get(by.size() - 2) + " requires," : "";
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "the package " + name + whose + " is not in " + folder,
          "capstan package pull " + name);
    }
    return PackageManifest.parse(bytes.get(), file.toString());
  }

  private Path file(String name, String suffix) {
    return folder.resolve(name + suffix);
  }

  private static FlintException tooMany() {
    return new FlintException(
        ErrorCode.POLICY, "more than " + MAX_PACKAGES + " packages are required");
  }
}
