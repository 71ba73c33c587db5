package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.DecompressedLayer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/** The layers of a docker-archive: finds out what each one is, once. */
final class DockerLayers {
  private static final int BUFFER = 128 * 1024;

  private final ArchiveFile archive;
  private final Spool limits;
  private final Map<Key, Checked> known = new HashMap<>();

  /** Of all layers, in bytes. */
  private long unpacked;

  /** A file may have several names, and configs may name it by digests of several kinds. */
  private record Key(TarIndex.Place place, String algorithm) {}

  private record Checked(Descriptor layer, Digest diffId) {}

  DockerLayers(ArchiveFile archive, Spool limits) {
    this.archive = archive;
    this.limits = limits;
  }

  /**
   * Reads a layer.
   *
   * @throws FlintException INTEGRITY if it is missing or does not unpack to its diff_id, POLICY if
   *     all read so far unpack to more than the limit
   */
  Descriptor read(String name, Digest diffId) throws IOException {
    TarIndex.Place place = archive.require(name);
    Key key = new Key(place, diffId.algorithm());
    Checked checked = known.get(key);
    if (checked == null) {
      checked = check(name, place, diffId);
      known.put(key, checked);
    }
    if (!checked.diffId().equals(diffId)) {
      throw new IntegrityException(
          "layer %s of %s unpacks to %s, but the image config says %s"
              .formatted(name, archive.what(), checked.diffId(), diffId));
    }
    return checked.layer();
  }

  private Checked check(String name, TarIndex.Place place, Digest diffId) throws IOException {
    MediaType type = mediaType(place, name);
    MessageDigest hasher = Digest.sha256Hasher();
    try (InputStream raw = new DigestInputStream(archive.read(place), hasher)) {
      Digest unpacked = unpack(raw, diffId, "layer " + name + " of " + archive.what());
      // A decompressor may stop before what it does not understand.
      raw.transferTo(OutputStream.nullOutputStream());
      return new Checked(Descriptor.of(type, Digest.of(hasher.digest()), place.size()), unpacked);
    }
  }

  private Digest unpack(InputStream raw, Digest diffId, String what) throws IOException {
    MessageDigest hasher = diffId.hasher();
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = DecompressedLayer.of(raw);
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hasher.update(buffer, 0, n);
        unpacked += n;
        if (unpacked > limits.maxBytes()) {
          throw new FlintException(
              ErrorCode.POLICY,
              "up to %s, layers unpack to more than the limit of %d bytes"
                  .formatted(what, limits.maxBytes()),
              "if you trust it, raise the limit with --max-size");
        }
      }
    } catch (FlintException e) {
      throw e;
    } catch (IOException e) {
      throw IntegrityException.damaged(what, e);
    }
    return diffId.finish(hasher.digest());
  }

  private MediaType mediaType(TarIndex.Place place, String name) throws IOException {
    try (InputStream in = archive.read(place)) {
      byte[] magic = in.readNBytes(4);
      if (!Spool.isCompressed(new ByteArrayInputStream(magic))) {
        return MediaType.OCI_LAYER_TAR;
      }
      return switch (magic[0]) {
        case 0x1f -> MediaType.OCI_LAYER_GZIP;
        case 0x28, 0x50 -> MediaType.OCI_LAYER_ZSTD;
        default ->
            throw new FlintException(
                ErrorCode.UNSUPPORTED,
                "layer "
                    + name
                    + " of "
                    + archive.what()
                    + " is compressed by bzip2, which no OCI image may be");
      };
    }
  }
}
