package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code docker save} writes: a manifest.json that names, for each image, its config and its
 * layers. There are no manifests in it, so each image gets a new one; config and layers are taken
 * as they are. All layers are read once when it is opened, as their digests stand nowhere.
 */
final class DockerArchive extends ArchivedImages {
  private static final String MANIFEST_FILE = "manifest.json";
  private static final int MAX_IMAGES = 1024;
  private static final int MAX_LAYERS = 128;

  private final DockerLayers layers;
  private final Map<TarIndex.Place, Config> configs = new HashMap<>();
  private final Map<Digest, TarIndex.Place> blobs = new HashMap<>();
  private final Map<Digest, Document> manifests = new HashMap<>();
  private final List<NamedImage> images = new ArrayList<>();

  /** What stands in an image's config. */
  private record Config(Descriptor blob, List<Digest> diffIds) {}

  private DockerArchive(ArchiveFile archive, Spool spool) {
    super(archive);
    this.layers = new DockerLayers(archive, spool);
  }

  /**
   * Views an archive, which is closed with this.
   *
   * @throws FlintException PROTOCOL if it is no such archive, INTEGRITY if a file is missing or is
   *     not what its name or the config says, POLICY if it is over a limit
   */
  static DockerArchive of(ArchiveFile archive, Spool spool) throws IOException {
    Optional<TarIndex.Place> place = archive.find(MANIFEST_FILE);
    if (place.isEmpty()) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          archive.what() + " holds no images: it has neither index.json nor " + MANIFEST_FILE);
    }
    byte[] bytes = archive.readSmall(place.get(), MANIFEST_FILE);
    DockerArchive images = new DockerArchive(archive, spool);
    List<JsonObject> listed = JsonObject.parseArray(bytes, MANIFEST_FILE + " of " + archive.what());
    if (listed.size() > MAX_IMAGES) {
      throw new FlintException(
          ErrorCode.POLICY, archive.what() + " has more than " + MAX_IMAGES + " images");
    }
    for (JsonObject image : listed) {
      images.add(image);
    }
    return images;
  }

  private void add(JsonObject image) throws IOException {
    Config config = config(image.requiredString("Config"));
    List<String> names = image.strings("Layers");
    List<Digest> diffIds = config.diffIds();
    if (names.size() > MAX_LAYERS) {
      throw new FlintException(
          ErrorCode.POLICY,
          archive.what() + " has an image of more than " + MAX_LAYERS + " layers");
    }
    if (names.size() != diffIds.size()) {
      throw new IntegrityException(
          "%s lists %d layers for an image whose config names %d"
              .formatted(archive.what(), names.size(), diffIds.size()));
    }
    List<Descriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Descriptor layer = layers.read(names.get(i), diffIds.get(i));
      blobs.put(layer.digest(), archive.require(names.get(i)));
      descriptors.add(layer);
    }
    Document manifest = Manifest.create(config.blob(), descriptors, Map.of());
    manifests.put(manifest.digest(), manifest);
    images.add(new NamedImage(manifest.descriptor(), image.strings("RepoTags")));
  }

  /** Reads a config, once for all images that share it. */
  private Config config(String name) throws IOException {
    TarIndex.Place place = archive.require(name);
    Config config = configs.get(place);
    if (config == null) {
      byte[] bytes = archive.readSmall(place, name);
      Digest digest = Digest.sha256(bytes);
      config =
          new Config(
              Descriptor.of(MediaType.OCI_CONFIG, digest, bytes.length),
              ImageConfig.parse(bytes, digest).diffIds());
      configs.put(place, config);
      blobs.put(digest, place);
    }
    checkName(name, config.blob().digest());
    return config;
  }

  /** A config is called by its digest, {@code HEX.json} or {@code blobs/sha256/HEX}. */
  private void checkName(String name, Digest actual) throws FlintException {
    String base = name.substring(name.lastIndexOf('/') + 1).replaceFirst("\\.json$", "");
    if (base.matches("[0-9a-f]{64}") && !base.equals(actual.encoded())) {
      throw new IntegrityException(
          "config " + name + " of " + archive.what() + " is damaged: its digest is " + actual);
    }
  }

  @Override
  public List<NamedImage> images() {
    return images;
  }

  @Override
  public Document manifest(Descriptor descriptor) throws IOException {
    Document manifest = manifests.get(descriptor.digest());
    if (manifest == null) {
      throw new FlintException(ErrorCode.NOT_FOUND, what() + " has no " + descriptor);
    }
    return manifest;
  }

  @Override
  TarIndex.Place place(Descriptor descriptor) throws FlintException {
    TarIndex.Place place = blobs.get(descriptor.digest());
    if (place == null || place.size() != descriptor.size()) {
      throw new FlintException(ErrorCode.NOT_FOUND, what() + " has no " + descriptor);
    }
    return place;
  }
}
