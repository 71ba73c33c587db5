package dev.flint.build.osv;

import dev.flint.build.VariantBuilder;
import dev.flint.build.file.BuildFile;
import dev.flint.build.file.BuildPath;
import dev.flint.build.file.Execution;
import dev.flint.build.file.Kind;
import dev.flint.build.file.OsvSection;
import dev.flint.build.input.Entry;
import dev.flint.build.input.JavaInputs;
import dev.flint.build.input.Layer;
import dev.flint.build.input.LayerPlan;
import dev.flint.capstan.CapstanRepository;
import dev.flint.capstan.LoaderWord;
import dev.flint.capstan.pack.PackageRepository;
import dev.flint.oci.Platform;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes OSv variants: a loader, Capstan packages and files as one disk. Thread-safe. */
public final class OsvBuilder implements VariantBuilder {
  private static final int FILE_MODE = 0644;

  private final Path capstanRoot;
  private final Instant created;
  private final DiskStore disks;

  /**
   * Builds into a store.
   *
   * @param capstanRoot where loaders and packages are
   * @param created the time that images carry
   */
  public OsvBuilder(Path capstanRoot, Instant created, DiskStore disks) {
    this.capstanRoot = capstanRoot;
    this.created = created;
    this.disks = disks;
  }

  @Override
  public Kind kind() {
    return Kind.OSV;
  }

  /** One disk that boots from a BIOS; for ARM there is no such thing. */
  @Override
  public boolean isFor(Platform platform) {
    return platform.os().equals("linux") && platform.architecture().equals("amd64");
  }

  @Override
  public Prepared prepare(BuildFile file, Platform platform) throws IOException {
    OsvSection section = file.osv();
    Path loader = loader(file.folder(), section);
    List<Layer> layers = LayerPlan.of(file.folder(), section.files());
    Optional<JavaInputs> java =
        file.java().isPresent()
            ? Optional.of(JavaInputs.of(file.folder(), file.java().get()))
            : Optional.empty();
    List<Entry> inputs = new ArrayList<>();
    inputs.add(new Entry("loader", loader, false, FILE_MODE, ""));
    int number = 0;
    for (Path part : new PackageRepository(capstanRoot).files(section.packages())) {
      inputs.add(new Entry("package " + number++, part, false, FILE_MODE, ""));
    }
    layers.forEach(layer -> inputs.addAll(layer.entries()));
    java.ifPresent(files -> inputs.addAll(files.entries()));
    Execution said = section.execution();
    Execution execution = java.isPresent() ? java.get().start(said, "/java.so") : said;
    return new OsvVariant(
        new OsvVariant.Parts(loader, capstanRoot, section.packages(), java, layers, inputs),
        new OsvVariant.Said(
            platform,
            created,
            section,
            execution,
            GuestStart.of(section, execution),
            file.labels(),
            file.annotations(),
            notes(file)),
        disks);
  }

  private Path loader(Path folder, OsvSection section) throws IOException {
    LoaderWord word =
        section.loader().isEmpty() ? LoaderWord.USUAL : new LoaderWord(section.loader());
    try {
      return word.find(
              text -> BuildPath.resolve(folder, text),
              new CapstanRepository(capstanRoot),
              "name a loader's file by osv.loader, such as osv-loader.qemu of an OSv release")
          .toRealPath();
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.USAGE, "osv.loader is " + e.getMessage(), e);
    }
  }

  private static List<String> notes(BuildFile file) {
    List<String> sources = new ArrayList<>(List.of(file.osv().loader()));
    file.osv().files().forEach(rule -> sources.add(rule.source()));
    file.java().ifPresent(java -> sources.addAll(java.sources()));
    return BuildPath.notes(sources);
  }
}
