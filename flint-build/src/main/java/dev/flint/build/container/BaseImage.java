package dev.flint.build.container;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Platform;
import dev.flint.oci.archive.Location;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.PlatformCheck;
import dev.flint.oci.transfer.PlatformChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The image that a container stands on, for one platform. Its layers are taken over as they are:
 * nothing in them is unpacked here, so nothing in them can do anything here.
 *
 * @param images where the layers are
 * @param config as it was read
 * @param layers with OCI's media types
 * @param annotations that tell where the container comes from
 */
record BaseImage(
    ImageSource images,
    JsonObject config,
    List<Descriptor> layers,
    Map<String, String> annotations) {
  private static final String PREFIX = "org.opencontainers.image.base.";

  /** Docker's words for what OCI has too; the bytes are the same. */
  private static final Map<MediaType, MediaType> OCI_TYPES =
      Map.of(
          MediaType.DOCKER_LAYER_GZIP, MediaType.OCI_LAYER_GZIP,
          MediaType.DOCKER_LAYER_TAR, MediaType.OCI_LAYER_TAR);

  /**
   * Reads a base.
   *
   * @throws FlintException NOT_FOUND if there is none for the platform, UNSUPPORTED if it is no
   *     container, PROTOCOL if it contradicts itself
   */
  static BaseImage read(BaseImages bases, Location location, Platform platform) throws IOException {
    BaseImages.Base base = bases.find(location, platform);
    Document document = PlatformChoice.below(base.images(), base.root(), platform);
    Manifest manifest = Manifest.of(document);
    ImageConfig config = PlatformCheck.config(base.images(), manifest);
    if (!platform.accepts(config.platform())) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "the base " + location + " is for " + config.platform() + ", not for " + platform);
    }
    if (config.backend().filter(backend -> !backend.equals("containerd")).isPresent()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "the base " + location + " is the image of a disk, nothing that a container stands on");
    }
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          "the base "
              + location
              + " contradicts itself: "
              + manifest.layers().size()
              + " layers, and its config knows "
              + config.diffIds().size());
    }
    Map<String, String> annotations = new LinkedHashMap<>();
    if (location instanceof Location.Registry place) {
      annotations.put(PREFIX + "name", place.reference().tagged());
    }
    annotations.put(PREFIX + "digest", document.digest().toString());
    return new BaseImage(base.images(), config.document(), layers(manifest), annotations);
  }

  private static List<Descriptor> layers(Manifest manifest) throws FlintException {
    List<Descriptor> layers = new ArrayList<>();
    for (Descriptor layer : manifest.layers()) {
      if (!layer.mediaType().isTarLayer()) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED,
            "the base has a layer of the type " + layer.mediaType() + ", which no container has");
      }
      MediaType type = OCI_TYPES.getOrDefault(layer.mediaType(), layer.mediaType());
      layers.add(
          Descriptor.of(type, layer.digest(), layer.size()).withAnnotations(layer.annotations()));
    }
    return layers;
  }
}
