package dev.flint.cli.command;

import dev.flint.capstan.LoaderWord;
import dev.flint.capstan.pack.CapstanFile;
import dev.flint.capstan.pack.PackageRepository;
import dev.flint.capstan.pack.PackageRoot;
import dev.flint.cli.console.Result;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.compose.BaseRoot;
import dev.flint.osv.compose.DiskComposer;
import dev.flint.osv.compose.Loader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint compose}. */
@Command(
    name = "compose",
    sortOptions = false,
    description = "Make a bootable OSv disk of a loader, files and a command line.",
    footer = {
      "",
      "DIR is a Capstan package (meta/package.yaml, meta/run.yaml, .capstanignore),",
      "has a Capstanfile, or is a plain folder. Later files replace earlier ones:",
      "required packages, then DIR, then --root. The guest's root is read-only.",
      "",
      "Without a target the disk goes into the Capstan repository under the name of",
      "the package. Prints the path of the disk.",
      "",
      "Example:  flint compose ./web --loader osv-loader",
      "          flint compose --root build --cmd '/app --port 80' --to app.qcow2"
    })
public final class ComposeCommand implements Callable<Integer> {
  private final Context context;

  @Spec CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "The package's folder.")
  @Nullable Path folder;

  @Option(
      names = "--loader",
      paramLabel = "LOADER",
      description =
          "What boots: a disk file (a word that begins with / or . or has a disk's suffix), else"
              + " an image of the Capstan repository. Default: osv-loader.")
  @Nullable String loader;

  @Option(
      names = "--require",
      paramLabel = "PACKAGE",
      description = "Add this package of the Capstan repository. Repeatable.")
  List<String> require = new ArrayList<>();

  @Option(names = "--root", paramLabel = "DIR", description = "Add all that is in this folder.")
  @Nullable Path root;

  @Option(names = "--cmd", paramLabel = "LINE", description = "Command line of the guest.")
  @Nullable String command;

  @Option(
      names = "--run",
      paramLabel = "SET",
      description =
          "Run this config_set of meta/run.yaml. Default: its config_set_default. Repeatable.")
  List<String> sets = new ArrayList<>();

  @Mixin ComposeTarget target = new ComposeTarget();

  @Mixin OutputOptions output = new OutputOptions();

  /** Works in a context. */
  public ComposeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (folder == null && root == null && require.isEmpty()) {
      throw wrong("nothing to compose; give DIR, --root or --require");
    }
    if (command != null && !sets.isEmpty()) {
      throw wrong("--cmd and --run both say what the guest runs; give one");
    }
    target.check();
    Optional<CapstanFile> old = capstanFile();
    LoaderWord word =
        Optional.ofNullable(loader)
            .or(() -> old.map(CapstanFile::base).filter(base -> !base.isEmpty()))
            .map(LoaderWord::new)
            .orElse(LoaderWord.USUAL);
    Path file = loaderFile(word);
    try (FileChannel channel = FileChannel.open(file)) {
      compose(Loader.open(channel, file.toString()), old);
    } catch (NoSuchFileException e) {
      throw new FlintException(ErrorCode.NOT_FOUND, "no such file: " + e.getMessage(), e);
    }
    return 0;
  }

  private void compose(Loader opened, Optional<CapstanFile> old) throws IOException {
    Path capstanRoot = context.capstanRoot(target.capstan());
    PackageRoot files = new PackageRoot(new PackageRepository(capstanRoot), target.files());
    if (old.isPresent()) {
      if (loader == null && !old.get().base().isEmpty()) {
        BaseRoot.add(files.tree(), opened);
      }
      files.addPackages(require);
      files.addCapstanFile(old.get());
    } else if (folder != null) {
      files.addPackageFolder(folder, require);
    } else {
      files.addPackages(require);
    }
    if (root != null) {
      files.addFolder(root);
    }
    OsvCommandLine line = command == null ? files.commandLine(sets) : new OsvCommandLine(command);
    files.notes().forEach(context::note);
    DiskComposer disk = new DiskComposer(opened, files.tree(), line);
    Path written = target.write(context, disk, files.name(), files.version());
    JsonObject json =
        JsonObject.empty()
            .with("path", written.toString())
            .with("virtualSize", disk.size())
            .with("fileSize", Files.size(written))
            .with("loader", opened.name())
            .with("commandLine", line.text());
    output.print(context, Result.object("compose/v1", json, written.toString()));
  }

  /** The older description, where the folder has no package's. */
  private Optional<CapstanFile> capstanFile() throws IOException {
    return folder == null || Files.exists(folder.resolve("meta"))
        ? Optional.empty()
        : CapstanFile.read(folder);
  }

  private Path loaderFile(LoaderWord word) throws IOException {
    try {
      return word.find(
          Path::of,
          context.capstan(target.capstan()),
          "name a loader's file with --loader FILE, such as osv-loader.qemu of an OSv release");
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
