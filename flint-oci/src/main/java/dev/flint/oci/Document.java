package dev.flint.oci;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.Arrays;
import java.util.Optional;

/**
 * A manifest or an index exactly as received: its bytes are what is stored, hashed and sent on.
 * {@link Manifest} and {@link ImageIndex} are views of it. Immutable.
 */
public final class Document {
  private final MediaType mediaType;
  private final byte[] bytes;
  private final Digest digest;
  private final JsonObject json;

  private Document(MediaType mediaType, byte[] bytes, Digest digest, JsonObject json) {
    this.mediaType = mediaType;
    this.bytes = bytes;
    this.digest = digest;
    this.json = json;
  }

  /** A new document made here, hashed by SHA-256. */
  public static Document of(MediaType mediaType, JsonObject json) {
    byte[] bytes = json.bytes();
    return new Document(mediaType, bytes, Digest.sha256(bytes), json);
  }

  /**
   * Takes received bytes, deciding once and for all whether they are a manifest or an index
   * (CVE-2021-41190: the same bytes must never be read as both).
   *
   * @param digest of exactly these bytes, already checked by the caller
   * @param claimed the Content-Type or the descriptor's media type, where there is one
   * @throws FlintException PROTOCOL if the document contradicts itself or the claim, UNSUPPORTED if
   *     it is of a kind Flint does not read
   */
  public static Document received(byte[] bytes, Digest digest, Optional<MediaType> claimed)
      throws FlintException {
    String what = "manifest " + digest;
    JsonObject json = JsonObject.parse(bytes, what);
    if (json.integer("schemaVersion").orElse(0) == 1) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          what + " is of Docker's old schema 1",
          "rebuild or push the image with a current tool");
    }
    boolean manifestShape = json.has("layers") || json.has("config");
    boolean indexShape = json.has("manifests");
    if (manifestShape == indexShape) {
      throw new FlintException(
          ErrorCode.PROTOCOL,
          what
              + (manifestShape
                  ? " claims to be an image and an index at once"
                  : " is neither an image manifest nor an index"));
    }
    MediaType type;
    try {
      Optional<MediaType> embedded = json.string("mediaType").map(MediaType::new);
      type =
          embedded
              .or(() -> claimed.filter(c -> c.isManifest() || c.isIndex()))
              .orElse(indexShape ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST);
      if (claimed.isPresent() && embedded.isPresent() && !claimed.equals(embedded)) {
        throw new FlintException(
            ErrorCode.PROTOCOL,
            what + " says it is " + type + " but was announced as " + claimed.get());
      }
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.PROTOCOL, what + ": " + e.getMessage(), e);
    }
    if (!type.isManifest() && !type.isIndex()) {
      throw new FlintException(ErrorCode.UNSUPPORTED, what + " has unsupported type " + type);
    }
    if (type.isIndex() != indexShape) {
      throw new FlintException(
          ErrorCode.PROTOCOL, what + " says it is " + type + " but has the members of the other");
    }
    return new Document(type, bytes.clone(), digest, json);
  }

  /** Manifest or index type. */
  public MediaType mediaType() {
    return mediaType;
  }

  /** Whether it is an index; otherwise it is a manifest. */
  public boolean isIndex() {
    return mediaType.isIndex();
  }

  /** A copy of the exact bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The digest of the bytes. */
  public Digest digest() {
    return digest;
  }

  /** A descriptor that points here. */
  public Descriptor descriptor() {
    return Descriptor.of(mediaType, digest, bytes.length);
  }

  /** The parsed content. */
  public JsonObject json() {
    return json;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Document that
        && mediaType.equals(that.mediaType)
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return mediaType + " " + digest;
  }
}
