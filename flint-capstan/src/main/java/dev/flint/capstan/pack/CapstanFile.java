package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.RofsFolder;
import dev.flint.osv.RofsTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A {@code Capstanfile}, Capstan's older way to describe an image: a base, a command line and
 * single files. Its {@code build} command is never run.
 *
 * @param folder that it is in
 * @param base name of the image that it starts from, or empty
 * @param commandLine what the guest runs
 * @param build what makes the files, for people
 * @param rootfs name of a folder whose content goes to the root
 * @param files of the folder, by their paths in the guest
 */
public record CapstanFile(
    Path folder,
    String base,
    String commandLine,
    String build,
    String rootfs,
    Map<String, String> files) {
  private static final String NAME = "Capstanfile";
  private static final String USUAL_ROOTFS = "ROOTFS";

  /**
   * Reads the one of a folder; empty if there is none.
   *
   * @throws FlintException PROTOCOL if it is none, UNSUPPORTED if it starts from an RPM
   */
  public static Optional<CapstanFile> read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    Optional<byte[]> bytes = PackageFile.read(file);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    JsonObject yaml = PackageFile.yaml(bytes.get(), file.toString());
    if (!yaml.saysNothing("rpm-base")) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          file + ": unsupported key rpm-base",
          "unpack the RPM into a folder and name it with rootfs");
    }
    return Optional.of(
        new CapstanFile(
            folder.toRealPath(),
            yaml.scalar("base").orElse(""),
            OsvCommandLine.folded(yaml.requiredString("cmdline")).text(),
            yaml.scalar("build").orElse(""),
            yaml.scalar("rootfs").orElse(""),
            yaml.textMap("files")));
  }

  /**
   * Puts its files into a tree.
   *
   * @param leftOut what of its folders is not for the tree; files that it names are
   * @throws FlintException NOT_FOUND if one is missing, POLICY if one is outside of the folder
   */
  void add(RofsTree tree, LeftOut leftOut) throws IOException {
    if (!rootfs.isEmpty() || Files.isDirectory(folder.resolve(USUAL_ROOTFS))) {
      add(tree, "", rootfs.isEmpty() ? USUAL_ROOTFS : rootfs, leftOut);
    }
    for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
      String path = file.getKey().replaceAll("^/+|/+$", "");
      String name = path.substring(path.lastIndexOf('/') + 1);
      add(tree, path, file.getValue().replace("&", name), leftOut);
    }
  }

  private void add(RofsTree tree, String path, String source, LeftOut leftOut) throws IOException {
    Path file = inside(source);
    if (Files.isDirectory(file)) {
      RofsFolder.add(tree, path, file, RofsFolder.Links.ROOT, leftOut.in(path, file));
    } else {
      tree.file(path, file);
    }
  }

  private Path inside(String source) throws IOException {
    Path named = folder.resolve(source).normalize();
    if (!named.startsWith(folder)) {
      throw outside(source);
    }
    if (!Files.exists(named)) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "the " + NAME + " names " + source + ", which is not in " + folder,
          build.isEmpty() ? "" : "make it first, the " + NAME + " says by: " + build);
    }
    Path real = named.toRealPath();
    if (!real.startsWith(folder)) {
      throw outside(source);
    }
    return real;
  }

  private FlintException outside(String source) {
    return new FlintException(
        ErrorCode.POLICY,
        "refused the " + NAME + ": it names " + source + ", which is outside of " + folder,
        "copy it into the folder");
  }
}
