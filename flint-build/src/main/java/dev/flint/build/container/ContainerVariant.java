package dev.flint.build.container;

import dev.flint.build.VariantBuilder.Prepared;
import dev.flint.build.VariantBuilder.Stored;
import dev.flint.build.file.Execution;
import dev.flint.build.input.Entry;
import dev.flint.build.input.JavaInputs;
import dev.flint.build.input.Layer;
import dev.flint.build.input.Recipe;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Platform;
import dev.flint.oci.archive.ArchiveFile;
import dev.flint.oci.archive.Archives;
import dev.flint.oci.archive.ImageBundle;
import dev.flint.oci.archive.Spool;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.Blob;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.PlatformCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A container that is ready to be made: new layers by jib, put on those of the base. */
final class ContainerVariant implements Prepared {
  private final Parts parts;
  private final Said said;
  private final LayoutImages store;
  private final ProgressListener listener;

  /**
   * What it is made of.
   *
   * @param layers but for those of the Java application
   * @param inputs all files of both
   */
  record Parts(
      Optional<BaseImage> base, Optional<JavaInputs> java, List<Layer> layers, List<Entry> inputs) {
    Parts {
      layers = List.copyOf(layers);
      inputs = List.copyOf(inputs);
    }
  }

  /** What it says. */
  record Said(
      Platform platform,
      Instant created,
      Execution execution,
      Map<String, String> labels,
      Map<String, String> annotations,
      List<String> notes) {
    Said {
      notes = List.copyOf(notes);
    }

    Recipe addTo(Recipe recipe) {
      return recipe
          .with("platform", platform.toString())
          .with("created", created.toString())
          .with(execution)
          .with("labels", labels)
          .with("annotations", annotations);
    }
  }

  ContainerVariant(Parts parts, Said said, LayoutImages store, ProgressListener listener) {
    this.parts = parts;
    this.said = said;
    this.store = store;
    this.listener = listener;
  }

  @Override
  public Digest recipe() {
    Recipe recipe =
        new Recipe()
            .with("tool", JibLayers.TOOL)
            .with("java", Runtime.version().toString())
            .with("layers", parts.layers().stream().map(ContainerVariant::shape).toList());
    parts.base().ifPresent(base -> recipe.with("base", base.annotations()));
    return said.addTo(recipe).end();
  }

  /** Its entries are in the fingerprint, but not where one layer ends. */
  private static String shape(Layer layer) {
    return layer.entries().size() + " " + layer.name();
  }

  @Override
  public List<Entry> inputs() {
    return parts.inputs();
  }

  @Override
  public List<String> notes() {
    return said.notes();
  }

  @Override
  public Stored build(Path work) throws IOException {
    List<Layer> all = new ArrayList<>();
    if (parts.java().isPresent()) {
      all.addAll(parts.java().get().layers(Files.createDirectory(work.resolve("java"))));
    }
    all.addAll(parts.layers());
    List<Descriptor> layers = new ArrayList<>();
    JsonObject baseConfig = JsonObject.empty();
    if (parts.base().isPresent()) {
      BaseImage base = parts.base().get();
      new LayerCopy(base.images(), store, listener).copy(base.layers());
      layers.addAll(base.layers());
      baseConfig = base.config();
    }
    JsonObject builtConfig = JsonObject.empty();
    List<String> diffIds = new ArrayList<>();
    if (!all.isEmpty()) {
      Path tar = new JibLayers(work).build(all, said.platform(), said.created());
      try (ImageBundle built = Archives.readLayout(ArchiveFile.open(tar, new Spool(work, 0)))) {
        Manifest manifest = Manifest.of(built.manifest(built.choose(Optional.empty()).root()));
        ImageConfig config = PlatformCheck.config(built, manifest);
        builtConfig = config.document();
        for (BuiltLayers.Stored layer :
            new BuiltLayers(built, store, listener)
                .copy(manifest, config.diffIds(), all, parts.base().isPresent())) {
          layers.add(layer.layer());
          diffIds.add(layer.diffId().toString());
        }
      }
    }
    JsonObject config =
        new ContainerConfig(baseConfig, builtConfig, diffIds)
            .with(said.platform(), said.created(), said.execution(), said.labels());
    Blob blob = store.layout().put(config.bytes());
    Document manifest =
        Manifest.create(
            Descriptor.of(MediaType.OCI_CONFIG, blob.digest(), blob.size()), layers, annotations());
    store.putManifest(manifest);
    return new Stored(manifest, List.of());
  }

  private Map<String, String> annotations() {
    Map<String, String> annotations = new TreeMap<>();
    annotations.put("org.opencontainers.image.created", said.created().toString());
    parts.base().ifPresent(base -> annotations.putAll(base.annotations()));
    annotations.putAll(said.annotations());
    return annotations;
  }
}
