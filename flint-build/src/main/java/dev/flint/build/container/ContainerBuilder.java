package dev.flint.build.container;

import dev.flint.build.VariantBuilder;
import dev.flint.build.file.BuildFile;
import dev.flint.build.file.BuildPath;
import dev.flint.build.file.ContainerSection;
import dev.flint.build.file.Execution;
import dev.flint.build.file.Kind;
import dev.flint.build.input.Entry;
import dev.flint.build.input.JavaInputs;
import dev.flint.build.input.Layer;
import dev.flint.build.input.LayerPlan;
import dev.flint.oci.Platform;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes container variants. Thread-safe. */
public final class ContainerBuilder implements VariantBuilder {
  private final LayoutImages store;
  private final BaseImages bases;
  private final Instant created;
  private final ProgressListener listener;

  /**
   * Builds into a store.
   *
   * @param bases finds what containers stand on
   * @param created the time that images carry
   */
  public ContainerBuilder(
      LayoutImages store, BaseImages bases, Instant created, ProgressListener listener) {
    this.store = store;
    this.bases = bases;
    this.created = created;
    this.listener = listener;
  }

  @Override
  public Kind kind() {
    return Kind.CONTAINERD;
  }

  @Override
  public Prepared prepare(BuildFile file, Platform platform) throws IOException {
    ContainerSection section = file.container();
    List<Layer> layers = LayerPlan.of(file.folder(), section.files());
    Optional<JavaInputs> java =
        file.java().isPresent()
            ? Optional.of(JavaInputs.of(file.folder(), file.java().get()))
            : Optional.empty();
    if (layers.isEmpty() && java.isEmpty() && section.base().isEmpty()) {
      throw new FlintException(
          ErrorCode.USAGE,
          file.path().getFileName() + " names no files and no base for a container");
    }
    Optional<BaseImage> base =
        section.base().isPresent()
            ? Optional.of(BaseImage.read(bases, section.base().get(), platform))
            : Optional.empty();
    List<Entry> inputs = new ArrayList<>();
    layers.forEach(layer -> inputs.addAll(layer.entries()));
    java.ifPresent(files -> inputs.addAll(files.entries()));
    Execution said = section.execution();
    Execution execution = java.isPresent() ? java.get().start(said, "java") : said;
    return new ContainerVariant(
        new ContainerVariant.Parts(base, java, layers, inputs),
        new ContainerVariant.Said(
            platform,
            created,
            execution,
            file.labels(),
            file.annotations(),
            notes(file, execution)),
        store,
        listener);
  }

  private static List<String> notes(BuildFile file, Execution execution) {
    List<String> sources = new ArrayList<>();
    file.container().files().forEach(rule -> sources.add(rule.source()));
    file.java().ifPresent(java -> sources.addAll(java.sources()));
    List<String> notes = new ArrayList<>(BuildPath.notes(sources));
    boolean silent = execution.command().isEmpty() && execution.args().isEmpty();
    if (silent && file.container().base().isEmpty()) {
      notes.add("no command: whoever runs the container must give one");
    }
    return notes;
  }
}
