package dev.flint.registry.testing;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.Ingest;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.LayoutImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;

/**
 * An image of one layer, written by hand: its documents have members nobody knows, numbers in odd
 * spellings and white space that any rewriting would lose.
 */
public final class TestImage {
  private final Document manifest;
  private final byte[] configBytes;
  private final byte[] layerBytes;
  private final Descriptor config;
  private final Descriptor layer;

  private TestImage(
      Document manifest,
      byte[] configBytes,
      byte[] layerBytes,
      Descriptor config,
      Descriptor layer) {
    this.manifest = manifest;
    this.configBytes = configBytes;
    this.layerBytes = layerBytes;
    this.config = config;
    this.layer = layer;
  }

  /** The manifest. */
  public Document manifest() {
    return manifest;
  }

  /** The bytes of the config. */
  public byte[] configBytes() {
    return configBytes.clone();
  }

  /** The bytes of the layer. */
  public byte[] layerBytes() {
    return layerBytes.clone();
  }

  /** The bytes of the layer, to be sent. */
  public BlobSource layerSource() {
    return () -> new ByteArrayInputStream(layerBytes);
  }

  /** What points to the config. */
  public Descriptor config() {
    return config;
  }

  /** What points to the layer. */
  public Descriptor layer() {
    return layer;
  }

  /** An image whose layer is so many random bytes. */
  public static TestImage ofLayerSize(int size) throws FlintException {
    byte[] layer = new byte[size];
    new Random(size).nextBytes(layer);
    return of(layer);
  }

  /** An image with this layer. */
  public static TestImage of(byte[] layerBytes) throws FlintException {
    byte[] configBytes =
        utf8(
            "{ \"os\":\"linux\",\n\t\"x-unknown\": {\"deep\": [1.50, 1e3, null, \"\\u00e9\"]},"
                + "\"architecture\":\"amd64\", \"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + Digest.sha256(layerBytes)
                + "\"]} }\n");
    Descriptor config =
        Descriptor.of(MediaType.OCI_CONFIG, Digest.sha256(configBytes), configBytes.length);
    Descriptor layer =
        Descriptor.of(MediaType.OCI_LAYER_TAR, Digest.sha256(layerBytes), layerBytes.length);
    byte[] manifest =
        utf8(
            "{\n \"schemaVersion\": 2, \"vnd.example.x\" : {\"n\": 1.10},\n \"mediaType\": \""
                + MediaType.OCI_MANIFEST
                + "\",\n \"config\": "
                + descriptor(config)
                + ",\n \"layers\": ["
                + descriptor(layer)
                + "]\n}\n");
    return new TestImage(
        Document.received(manifest, Digest.sha256(manifest), Optional.of(MediaType.OCI_MANIFEST)),
        configBytes,
        layerBytes,
        config,
        layer);
  }

  private static String descriptor(Descriptor of) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"x-more\":[true]}"
        .formatted(of.mediaType(), of.digest(), of.size());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Stores it under a name. */
  public void putInto(OciLayout layout, Reference name) throws IOException {
    put(layout, layer, layerBytes);
    put(layout, config, configBytes);
    new LayoutImages(layout).tag(name, manifest);
  }

  private static void put(OciLayout layout, Descriptor descriptor, byte[] bytes)
      throws IOException {
    try (Ingest ingest = layout.ingest(descriptor)) {
      ingest.write(bytes);
      ingest.commit();
    }
  }

  /** Answers a read of one of its three parts in the repository {@code r}, or 404. */
  public void serve(Exchange exchange) throws IOException {
    String target = exchange.target();
    if (target.startsWith("/v2/r/manifests/")) {
      exchange.reply(200, "Content-Type: " + manifest.mediaType(), manifest.bytes());
    } else if (target.equals("/v2/r/blobs/" + layer.digest())) {
      exchange.reply(200, "", layerBytes);
    } else if (target.equals("/v2/r/blobs/" + config.digest())) {
      exchange.reply(200, "", configBytes);
    } else {
      exchange.reply(404, "", new byte[0]);
    }
  }
}
