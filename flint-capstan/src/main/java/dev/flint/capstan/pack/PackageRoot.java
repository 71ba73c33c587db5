package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.RofsFolder;
import dev.flint.osv.RofsTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The root of a guest, put together as Capstan does: what comes later goes over what was there. The
 * tree may be written once all is added. Confined to one thread.
 */
public final class PackageRoot {
  /** The most that one package may unpack to, in bytes. */
  private static final long MAX_PACKAGE = 64L << 30;

  /** Capstan has every package require it, and plain folders too. */
  private static final String BOOTSTRAP = "osv.bootstrap";

  private final PackageRepository packages;
  private final LeftOut leftOut;
  private final RofsTree tree = RofsTree.layered();
  private final RunScripts scripts = new RunScripts();
  private final List<String> notes = new ArrayList<>();
  private List<String> defaults = List.of();
  private String commandLine = "";
  private String name = "";
  private String version = "";

  /**
   * An empty root.
   *
   * @param packages where required packages are
   * @param leftOut files that are in none of the folders, as the disk that is about to be written
   */
  public PackageRoot(PackageRepository packages, Set<Path> leftOut) {
    this.packages = packages;
    this.leftOut = new LeftOut(leftOut);
  }

  /**
   * Adds packages of the repository, with all that they require.
   *
   * @throws FlintException NOT_FOUND for one that is not there, and what reading them says
   */
  public void addPackages(List<String> names) throws IOException {
    for (String required : packages.inOrder(names)) {
      Optional<RunManifest> run = MpmArchive.add(tree, packages.archive(required), MAX_PACKAGE);
      if (run.isPresent()) {
        scripts.add(required, run.get());
      }
    }
    scripts.write(tree);
  }

  /**
   * Adds the package that a folder is, on top of those that it requires. A folder without {@code
   * meta} is one as well: all of it is content.
   *
   * @param more names of packages that it requires beside its own
   * @throws FlintException as {@link #addPackages}, and what {@link RofsFolder} says
   */
  public void addPackageFolder(Path folder, List<String> more) throws IOException {
    Path meta = folder.resolve("meta");
    if (Files.isSymbolicLink(meta)) {
      throw new FlintException(ErrorCode.POLICY, "refused " + meta + ": it is a link");
    }
    Path manifestFile = meta.resolve("package.yaml");
    Optional<byte[]> manifestBytes = PackageFile.read(manifestFile);
    PackageManifest manifest =
        manifestBytes.isPresent()
            ? PackageManifest.parse(manifestBytes.get(), manifestFile.toString())
            : new PackageManifest("", "", List.of());
    Path runFile = meta.resolve("run.yaml");
    Optional<byte[]> runBytes = PackageFile.read(runFile);
    Optional<RunManifest> run =
        runBytes.isPresent()
            ? Optional.of(RunManifest.parse(runBytes.get(), runFile.toString()))
            : Optional.empty();
    addPackages(required(manifest, run, more));
    addFolder(folder, IgnoreRules.parse(ignoreFile(folder)));
    if (run.isPresent()) {
      scripts.add(manifest.name(), run.get());
    }
    // Config sets go over what the folder has, whether it has sets of its own or not.
    scripts.write(tree);
    if (run.isPresent()) {
      scripts.writeDefault(tree, run.get());
      defaults = run.get().defaults();
    }
    name = manifest.name();
    version = manifest.version();
  }

  private static byte[] ignoreFile(Path folder) throws IOException {
    return PackageFile.read(folder.resolve(".capstanignore")).orElseGet(() -> new byte[0]);
  }

  private List<String> required(
      PackageManifest manifest, Optional<RunManifest> run, List<String> more) {
    Set<String> required = new LinkedHashSet<>();
    // For a plain folder it must not matter which packages this machine has.
    if (!manifest.name().isEmpty()) {
      addBootstrap(required);
    }
    // The packages that have the interpreters.
    run.ifPresent(
        manifestOfRun ->
            manifestOfRun.sets().values().stream()
                .filter(set -> !set.base().isEmpty())
                .map(RunSet::basePackage)
                .filter(base -> !base.equals(manifest.name()))
                .forEach(required::add));
    List<String> all = new ArrayList<>(required);
    all.addAll(manifest.require());
    all.addAll(more);
    return all;
  }

  private void addBootstrap(Set<String> required) {
    if (packages.has(BOOTSTRAP)) {
      required.add(BOOTSTRAP);
    } else {
      notes.add(BOOTSTRAP + " is not among the packages, so the disk has nothing of it");
    }
  }

  /** Adds all that is in a folder, as it is. */
  public void addFolder(Path folder) throws IOException {
    RofsFolder.add(tree, "", folder, RofsFolder.Links.ROOT, leftOut.in("", folder));
  }

  private void addFolder(Path folder, IgnoreRules rules) throws IOException {
    Predicate<String> isLeftOut = leftOut.in("", folder);
    RofsFolder.add(
        tree,
        "",
        folder,
        RofsFolder.Links.ROOT,
        path -> path.equals("meta") || rules.ignores(path) || isLeftOut.test(path));
  }

  /**
   * Adds the files of a {@code Capstanfile}, and takes its command line.
   *
   * @throws FlintException NOT_FOUND if one is missing, POLICY if one is outside of its folder
   */
  public void addCapstanFile(CapstanFile file) throws IOException {
    file.add(tree, leftOut);
    commandLine = file.commandLine();
  }

  /** What is on the disk. */
  public RofsTree tree() {
    return tree;
  }

  /** The name of the package, or empty. */
  public String name() {
    return name;
  }

  /** The version of the package as written, or empty. */
  public String version() {
    return version;
  }

  /** What a user should know. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * What the guest runs: one of these sets after the other, or if there is none, what the package
   * says. No option chooses the file system, as every kernel of OSv finds ROFS on its own.
   *
   * @param sets names of config sets of any package on the disk
   * @throws FlintException NOT_FOUND for a set that is not on the disk, USAGE if nobody says
   *     anything
   */
  public OsvCommandLine commandLine(List<String> sets) throws FlintException {
    for (String set : sets) {
      if (!tree.hasFile("run/" + set)) {
        throw new FlintException(
            ErrorCode.NOT_FOUND,
            "there is no config_set " + set,
            "config sets are in meta/run.yaml of the package and of those that it requires");
      }
    }
    List<String> chosen = sets.isEmpty() ? defaults : sets;
    if (!chosen.isEmpty()) {
      return scripts(chosen);
    }
    if (!commandLine.isEmpty()) {
      return new OsvCommandLine(commandLine);
    }
    if (tree.hasFile("run/default")) {
      return scripts(List.of("default"));
    }
    throw new FlintException(
        ErrorCode.USAGE,
        "nothing says what the guest shall run: there is no config_set and no /run/default",
        "give a command line, or say it in meta/run.yaml");
  }

  private static OsvCommandLine scripts(List<String> sets) {
    return new OsvCommandLine(
        sets.stream().map(set -> "runscript /run/" + set + ";").collect(Collectors.joining()));
  }
}
