package dev.flint.oci;

import java.util.Locale;

/**
 * A media type without parameters, lower case.
 *
 * @param value for example {@code application/vnd.oci.image.manifest.v1+json}
 */
public record MediaType(String value) {
  public static final MediaType OCI_MANIFEST =
      new MediaType("application/vnd.oci.image.manifest.v1+json");
  public static final MediaType OCI_INDEX =
      new MediaType("application/vnd.oci.image.index.v1+json");
  public static final MediaType OCI_CONFIG =
      new MediaType("application/vnd.oci.image.config.v1+json");
  public static final MediaType OCI_LAYER_TAR =
      new MediaType("application/vnd.oci.image.layer.v1.tar");
  public static final MediaType OCI_LAYER_GZIP =
      new MediaType("application/vnd.oci.image.layer.v1.tar+gzip");
  public static final MediaType OCI_LAYER_ZSTD =
      new MediaType("application/vnd.oci.image.layer.v1.tar+zstd");
  public static final MediaType DOCKER_MANIFEST =
      new MediaType("application/vnd.docker.distribution.manifest.v2+json");
  public static final MediaType DOCKER_LIST =
      new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
  public static final MediaType DOCKER_LAYER_GZIP =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar.gzip");
  public static final MediaType DOCKER_LAYER_TAR =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar");
  public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");

  /** Drops parameters and folds case, as registries and proxies vary in both. */
  public MediaType {
    int semicolon = value.indexOf(';');
    value =
        (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    if (value.isEmpty() || value.length() > 255 || !isPlain(value)) {
      throw new IllegalArgumentException("not a media type: " + value);
    }
  }

  /** Whether it is an image manifest, OCI or Docker schema 2. */
  public boolean isManifest() {
    return equals(OCI_MANIFEST) || equals(DOCKER_MANIFEST);
  }

  /** Whether it is an image index, OCI or Docker list. */
  public boolean isIndex() {
    return equals(OCI_INDEX) || equals(DOCKER_LIST);
  }

  /**
   * Whether it is a layer that a tar with a disk may be in; compression is sniffed, not believed.
   */
  public boolean isTarLayer() {
    return equals(OCI_LAYER_TAR)
        || equals(OCI_LAYER_GZIP)
        || equals(OCI_LAYER_ZSTD)
        || equals(DOCKER_LAYER_GZIP)
        || equals(DOCKER_LAYER_TAR);
  }

  /** By hand: an index of many images has thousands, and a stream is slow before the VM is warm. */
  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  // As in Digest: the compiler's own takes long when first called.
  @Override
  public boolean equals(Object other) {
    return other instanceof MediaType that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
