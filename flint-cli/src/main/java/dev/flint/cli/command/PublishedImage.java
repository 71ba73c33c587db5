package dev.flint.cli.command;

import dev.flint.build.BuiltVariant;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.image.WasmArtifact;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.PlatformCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a command made or moved, as programs after it want to know it.
 *
 * @param name where it is, without a digest
 * @param document its manifest, or an index where there are several platforms
 * @param platforms what it is for; empty where that is not said
 */
record PublishedImage(String name, Document document, List<Platform> platforms) {
  private static final Set<MediaType> CONFIGS =
      Set.of(
          MediaType.OCI_CONFIG,
          new MediaType("application/vnd.docker.container.image.v1+json"),
          WasmArtifact.CONFIG);

  /** Copies the list. */
  PublishedImage {
    platforms = List.copyOf(platforms);
  }

  /** One whose platforms are read from itself. */
  static PublishedImage of(String name, Document document, ImageSource source) throws IOException {
    List<Platform> platforms = new ArrayList<>();
    if (document.isIndex()) {
      for (Descriptor image : ImageIndex.of(document).manifests()) {
        image.platform().ifPresent(platforms::add);
      }
    } else {
      platforms.addAll(ofConfig(Manifest.of(document), source));
    }
    return new PublishedImage(name, document, platforms);
  }

  /** What was built, under every name. */
  static Stream<PublishedImage> of(BuiltVariant variant) {
    return variant.names().stream()
        .map(name -> new PublishedImage(name.tagged(), variant.document(), variant.platforms()));
  }

  /** Images of one place. */
  static List<PublishedImage> all(Map<Reference, Document> images, ImageSource source)
      throws IOException {
    List<PublishedImage> all = new ArrayList<>();
    for (Map.Entry<Reference, Document> image : images.entrySet()) {
      all.add(of(image.getKey().tagged(), image.getValue(), source));
    }
    return all;
  }

  /** Nothing for an artifact, whose config says what it likes. */
  private static List<Platform> ofConfig(Manifest manifest, ImageSource source) throws IOException {
    return CONFIGS.contains(manifest.config().mediaType())
        ? List.of(PlatformCheck.config(source, manifest).platform())
        : List.of();
  }

  /** As results tell it. */
  Pinned pinned() {
    return new Pinned(name, document.digest());
  }

  /** The digest of the config, which docker calls the image's id. */
  Optional<String> configDigest() throws FlintException {
    return document.isIndex()
        ? Optional.empty()
        : Optional.of(Manifest.of(document).config().digest().toString());
  }

  JsonObject json() {
    Descriptor descriptor = document.descriptor();
    return pinned()
        .json()
        .with("mediaType", descriptor.mediaType().value())
        .with("size", descriptor.size())
        .withStrings("platforms", platforms.stream().map(Platform::toString).toList());
  }
}
