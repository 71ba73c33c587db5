package dev.flint.oci.foreignimage;

import dev.flint.oci.Descriptor;
import dev.flint.oci.MediaType;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.image.WasmArtifact;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.layer.LayerScan;
import dev.flint.oci.layer.LayerScan.Kind;
import dev.flint.oci.transfer.ImageSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells foreign images by the public rules of their packagings (docs/format.md, "Foreign images").
 */
public final class ForeignProbe {
  private static final String TITLE = "org.opencontainers.image.title";
  private static final String KRAFT_PREFIX = "org.unikraft.";
  private static final String KRAFT_VERSION = "sh.kraftkit.version";
  private static final String KRAFT_KERNEL = "org.unikraft.kernel.image";
  private static final String KRAFT_INITRD = "org.unikraft.kernel.initrd";
  private static final String KERNEL_PATH = "unikraft/bin/kernel";
  private static final String INITRD_PATH = "unikraft/bin/initrd";
  private static final String DISK_FOLDER = "disk";
  private static final MediaType OLD_WASM_LAYER =
      new MediaType("application/vnd.wasm.content.layer.v1+wasm");

  /** Machines are packed in one or two layers; more are not looked into to guess. */
  private static final int MAX_PEEKED_LAYERS = 4;

  private static final int MAX_KEYS_FILE = 64 * 1024;

  /** The most that a layer with such a file may unpack to where only that file is wanted. */
  private static final long MAX_KEYS_LAYER = 1L << 30;

  private final DiskImage image;

  private ForeignProbe(DiskImage image) {
    this.image = image;
  }

  /**
   * What manifest and config alone tell.
   *
   * @return empty for Flint's own images, containers, and what only its layers would tell
   * @throws FlintException POLICY if it names an unsafe path
   */
  public static Optional<ForeignImage> byDocuments(DiskImage image) throws FlintException {
    return image.config().backend().isPresent()
        ? Optional.empty()
        : new ForeignProbe(image).byDocuments();
  }

  /**
   * What manifest, config and the beginnings of the layers tell. Layers that are missing or damaged
   * tell nothing.
   *
   * @throws FlintException as {@link #byDocuments(DiskImage)}
   */
  public static Optional<ForeignImage> of(ImageSource source, DiskImage image) throws IOException {
    Optional<ForeignImage> told = byDocuments(image);
    if (told.isPresent() && told.get().kind() == ForeignKind.KRAFT) {
      return Optional.of(new ForeignProbe(image).kraft(source));
    }
    return told.isPresent() || image.config().backend().isPresent()
        ? told
        : new ForeignProbe(image).byLayers(source);
  }

  private Optional<ForeignImage> byDocuments() throws FlintException {
    List<Descriptor> layers = image.manifest().layers();
    if (layers.size() == 1 && isWasm(layers.get(0))) {
      return Optional.of(
          new ForeignImage(
              ForeignKind.WASM_ARTIFACT,
              List.of(new ForeignFile.WholeBlob(FileRole.MODULE, layers.get(0), false)),
              facts("os", image.config().document().string("os").orElse(""))));
    }
    Map<String, String> annotations = image.manifest().annotations();
    Map<String, String> keys = new HashMap<>(image.config().labels());
    keys.putAll(annotations);
    UruncKeys urunc = UruncKeys.of(keys);
    if (urunc.isThere()) {
      return Optional.of(new ForeignImage(ForeignKind.URUNC, urunc.files(), urunc.facts()));
    }
    if (annotations.containsKey(KRAFT_VERSION)
        || annotations.keySet().stream().anyMatch(key -> key.startsWith(KRAFT_PREFIX))) {
      return Optional.of(kraft(image.manifest().layers().size() > 1));
    }
    Optional<String> title =
        layers.size() == 1 && !layers.get(0).mediaType().isTarLayer()
            ? layers.get(0).annotation(TITLE)
            : Optional.empty();
    return title
        .filter(DiskTitles::isDisk)
        .map(
            name ->
                new ForeignImage(
                    ForeignKind.DISK_ARTIFACT,
                    List.of(new ForeignFile.WholeBlob(FileRole.DISK, layers.get(0), true)),
                    facts("title", name)));
  }

  private boolean isWasm(Descriptor layer) {
    return image.manifest().config().mediaType().equals(WasmArtifact.CONFIG)
        || layer.mediaType().equals(WasmArtifact.LAYER)
        || layer.mediaType().equals(OLD_WASM_LAYER);
  }

  /** The second layer may be symbols for a debugger as well; then there is no initrd. */
  private ForeignImage kraft(ImageSource source) throws IOException {
    boolean second = image.manifest().layers().size() > 1;
    try {
      Map<String, LayerScan.Entry> seen = new HashMap<>();
      return kraft(second && (!peek(source, seen) || isFile(seen.get(INITRD_PATH))));
    } catch (FlintException e) {
      return kraft(second);
    }
  }

  /**
   * A package.
   *
   * @param usualInitrd whether there is one at the usual path where no annotation names any
   */
  private ForeignImage kraft(boolean usualInitrd) throws FlintException {
    String kernel = KERNEL_PATH;
    String initrd = "";
    for (Descriptor layer : image.manifest().layers()) {
      kernel = path(layer, KRAFT_KERNEL, kernel);
      initrd = path(layer, KRAFT_INITRD, initrd);
    }
    List<ForeignFile> files = new ArrayList<>();
    files.add(new ForeignFile.AtPath(FileRole.KERNEL, kernel));
    // Not every version says by annotation that there is one.
    if (!initrd.isEmpty() || usualInitrd) {
      files.add(new ForeignFile.AtPath(FileRole.INITRD, initrd.isEmpty() ? INITRD_PATH : initrd));
    }
    Map<String, String> annotations = image.manifest().annotations();
    Map<String, String> facts =
        new TreeMap<>(facts("name", annotations.getOrDefault("org.unikraft.image.name", "")));
    facts.putAll(facts("platform", image.config().platform().toString()));
    return new ForeignImage(ForeignKind.KRAFT, files, facts);
  }

  private static String path(Descriptor layer, String key, String usual) throws FlintException {
    Optional<String> named = layer.annotation(key);
    return named.isPresent() ? RootPath.of(named.get(), key) : usual;
  }

  private Optional<ForeignImage> byLayers(ImageSource source) throws IOException {
    Map<String, LayerScan.Entry> seen = new HashMap<>();
    try {
      return peek(source, seen) ? bySeen(source, seen) : Optional.empty();
    } catch (FlintException e) {
      // An image can be told of without its layers; whoever unpacks it learns what is wrong.
      return Optional.empty();
    }
  }

  /** Returns false if the image is of a shape that no packaging has. */
  private boolean peek(ImageSource source, Map<String, LayerScan.Entry> seen) throws IOException {
    List<Descriptor> layers = image.manifest().layers();
    if (layers.size() > MAX_PEEKED_LAYERS) {
      return false;
    }
    for (Descriptor layer : layers) {
      if (!layer.mediaType().isTarLayer()) {
        return false;
      }
      try (InputStream blob = source.blob(layer)) {
        for (LayerScan.Entry entry : LayerScan.peek(blob)) {
          // A file that a link takes the place of was meant all the same; unpacking minds it.
          seen.merge(entry.path(), entry, (old, next) -> isFile(old) ? old : next);
        }
      }
    }
    return true;
  }

  private Optional<ForeignImage> bySeen(ImageSource source, Map<String, LayerScan.Entry> seen)
      throws IOException {
    if (isFile(seen.get(UruncKeys.FILE))) {
      UruncKeys keys = UruncKeys.of(readKeys(source));
      if (keys.isThere()) {
        return Optional.of(new ForeignImage(ForeignKind.URUNC, keys.files(), keys.facts()));
      }
    }
    if (isFile(seen.get(KERNEL_PATH))) {
      return Optional.of(kraft(isFile(seen.get(INITRD_PATH))));
    }
    boolean disk =
        seen.values().stream()
            .filter(ForeignProbe::isFile)
            .anyMatch(entry -> entry.path().matches(DISK_FOLDER + "/(?!\\.wh\\.)[^/]+"));
    // A container that keeps something in such a folder has something to start, too.
    return disk && image.config().cmd().isEmpty() && image.config().entrypoint().isEmpty()
        ? Optional.of(
            new ForeignImage(
                ForeignKind.CONTAINER_DISK,
                List.of(new ForeignFile.AloneIn(FileRole.DISK, DISK_FOLDER)),
                Map.of()))
        : Optional.empty();
  }

  private static boolean isFile(LayerScan.@Nullable Entry entry) {
    return entry != null && entry.kind() == Kind.FILE;
  }

  private Map<String, String> readKeys(ImageSource source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new FileSearch(source, image, MAX_KEYS_LAYER)
        .copy(
            new ForeignFile.AtPath(FileRole.KERNEL, UruncKeys.FILE),
            (buffer, offset, length) -> {
              if (bytes.size() + length > MAX_KEYS_FILE) {
                throw UruncKeys.tooLong();
              }
              bytes.write(buffer, offset, length);
            });
    JsonObject json = JsonObject.parse(bytes.toByteArray(), UruncKeys.FILE);
    Map<String, String> keys = new HashMap<>();
    for (String name : json.names()) {
      if (name.startsWith(UruncKeys.PREFIX)) {
        keys.put(name, json.string(name).orElse(""));
      }
    }
    return keys;
  }

  private static Map<String, String> facts(String name, String value) {
    return value.isEmpty() ? Map.of() : Map.of(name, value);
  }
}
