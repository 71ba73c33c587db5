package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.Manifest;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.progress.Meter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.VerifyingInputStream;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.Pause;
import dev.flint.oci.transfer.ResumingStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes what {@code docker load} reads: a tar of configs, layers and a manifest.json. Layers stand
 * in it uncompressed, called by their diff_id; this is the one place where a copy changes bytes,
 * and manifests are lost. Confined to one thread.
 */
public final class DockerArchiveWriter {
  private static final int MAX_CONFIG = 4 * 1024 * 1024;

  private final ArchiveOutput output;
  private final TarWriter tar;
  private final Spool spool;
  private final Pause pause;
  private final ProgressListener listener;
  private final Set<String> written = new HashSet<>();
  private final List<JsonObject> images = new ArrayList<>();

  /**
   * Begins an archive.
   *
   * @param output the caller closes it
   * @param spool for layers on their way, as a tar wants sizes first
   * @param pause the time a broken link gets
   */
  public DockerArchiveWriter(
      ArchiveOutput output, Spool spool, Pause pause, ProgressListener listener) {
    this.output = output;
    this.tar = new TarWriter(output.stream());
    this.spool = spool;
    this.pause = pause;
    this.listener = listener;
  }

  /**
   * Adds an image.
   *
   * @param names what {@code docker load} shall call it
   * @throws FlintException INTEGRITY if a blob is damaged or a layer does not unpack to its
   *     diff_id, UNSUPPORTED if a layer is no tar
   */
  public void add(ImageSource source, Manifest manifest, List<String> names) throws IOException {
    Descriptor config = manifest.config();
    if (config.size() > MAX_CONFIG) {
      throw new FlintException(ErrorCode.POLICY, "refusing to read " + config);
    }
    byte[] bytes;
    try (InputStream in = verified(source, config)) {
      bytes = in.readAllBytes();
    }
    List<Digest> diffIds = ImageConfig.parse(bytes, config.digest()).diffIds();
    List<Descriptor> layers = manifest.layers();
    if (diffIds.size() != layers.size()) {
      throw new IntegrityException(
          "image %s has %d layers, its config names %d"
              .formatted(manifest.document().digest(), layers.size(), diffIds.size()));
    }
    List<String> files = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      files.add(layer(source, layers.get(i), diffIds.get(i)));
    }
    String configFile = config.digest().encoded() + ".json";
    if (written.add(configFile)) {
      tar.file(configFile, bytes);
    }
    images.add(
        JsonObject.empty()
            .with("Config", configFile)
            .withStrings("RepoTags", names)
            .withStrings("Layers", files));
  }

  private InputStream verified(ImageSource source, Descriptor blob) throws IOException {
    return new VerifyingInputStream(
        new ResumingStream(BlobSource.of(source, blob), 0, blob.size(), pause),
        blob.digest(),
        blob.size(),
        "blob");
  }

  /** Writes a layer unless it is there, and returns its file's name. */
  private String layer(ImageSource source, Descriptor layer, Digest diffId) throws IOException {
    if (!layer.mediaType().isTarLayer()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "layer " + layer.digest() + " has the type " + layer.mediaType() + ", which is no tar",
          "docker load takes container images only; choose an oci-archive");
    }
    String file = diffId.encoded() + ".tar";
    if (!written.add(file)) {
      return file;
    }
    try (Meter meter = Meter.start(listener, layer.digest().toString(), layer.size());
        InputStream in = verified(source, layer);
        FileChannel plain = spool.keep(in, "layer " + layer.digest())) {
      // What follows the end of the compressed bytes belongs to the blob too.
      in.transferTo(OutputStream.nullOutputStream());
      check(plain, layer, diffId);
      tar.file(file, plain.size(), new FilePart(plain, 0, plain.size()), n -> {});
      meter.advance(layer.size());
      meter.finish(Outcome.DONE);
    }
    return file;
  }

  private static void check(FileChannel plain, Descriptor layer, Digest diffId) throws IOException {
    MessageDigest hasher = diffId.hasher();
    try (InputStream in = new DigestInputStream(new FilePart(plain, 0, plain.size()), hasher)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    Digest actual = diffId.finish(hasher.digest());
    if (!actual.equals(diffId)) {
      throw new IntegrityException(
          "layer %s unpacks to %s, but the image config says %s"
              .formatted(layer.digest(), actual, diffId));
    }
  }

  /** Ends the archive and publishes it. */
  public void finish() throws IOException {
    tar.file("manifest.json", JsonObject.arrayBytes(images));
    tar.finish();
    output.publish();
  }
}
