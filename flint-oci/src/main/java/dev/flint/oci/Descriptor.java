package dev.flint.oci;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.Map;
import java.util.Optional;

/**
 * A pointer to content: media type, digest and size (OCI image spec, descriptor.md). A view over
 * the JSON it came from, so unknown members survive. Immutable; equal when the three agree.
 */
public final class Descriptor {
  private final MediaType mediaType;
  private final Digest digest;
  private final long size;
  private final JsonObject json;

  private Descriptor(MediaType mediaType, Digest digest, long size, JsonObject json) {
    this.mediaType = mediaType;
    this.digest = digest;
    this.size = size;
    this.json = json;
  }

  /**
   * A new descriptor without annotations.
   *
   * @param size in bytes, not negative
   */
  public static Descriptor of(MediaType mediaType, Digest digest, long size) {
    if (size < 0) {
      throw new IllegalArgumentException("negative size: " + size);
    }
    JsonObject json =
        JsonObject.empty()
            .with("mediaType", mediaType.value())
            .with("digest", digest.toString())
            .with("size", size);
    return new Descriptor(mediaType, digest, size, json);
  }

  /**
   * Reads a descriptor.
   *
   * @throws FlintException PROTOCOL if a required member is missing or malformed
   */
  public static Descriptor of(JsonObject json) throws FlintException {
    long size = json.integer("size").orElseThrow(() -> json.missing("size"));
    if (size < 0) {
      throw json.wrong("size", "zero or more");
    }
    MediaType mediaType;
    try {
      mediaType = new MediaType(json.requiredString("mediaType"));
    } catch (IllegalArgumentException e) {
      throw json.wrong("mediaType", "well-formed: " + e.getMessage());
    }
    try {
      return new Descriptor(mediaType, Digest.parse(json.requiredString("digest")), size, json);
    } catch (IllegalArgumentException e) {
      throw json.wrong("digest", "well-formed: " + e.getMessage());
    }
  }

  /** The media type of the content. */
  public MediaType mediaType() {
    return mediaType;
  }

  /** The digest of the content. */
  public Digest digest() {
    return digest;
  }

  /** The size of the content in bytes. */
  public long size() {
    return size;
  }

  /** The annotations, empty when there are none. */
  public Map<String, String> annotations() throws FlintException {
    return json.stringMap("annotations");
  }

  /** One annotation. */
  public Optional<String> annotation(String key) throws FlintException {
    return Optional.ofNullable(annotations().get(key));
  }

  /** The platform an index entry is for. */
  public Optional<Platform> platform() throws FlintException {
    Optional<JsonObject> platform = json.object("platform");
    return platform.isPresent() ? Optional.of(Platform.of(platform.get())) : Optional.empty();
  }

  /** A copy that says which platform it is for, as entries of an index do. */
  public Descriptor withPlatform(Platform platform) {
    JsonObject json =
        JsonObject.empty().with("architecture", platform.architecture()).with("os", platform.os());
    JsonObject whole =
        platform.variant().isEmpty() ? json : json.with("variant", platform.variant());
    return new Descriptor(mediaType, digest, size, this.json.with("platform", whole));
  }

  /** A copy with these annotations instead of its own; none removes the member. */
  public Descriptor withAnnotations(Map<String, String> annotations) {
    return new Descriptor(
        mediaType,
        digest,
        size,
        annotations.isEmpty()
            ? json.without("annotations")
            : json.withMap("annotations", annotations));
  }

  /** The JSON of this descriptor, unknown members included. */
  public JsonObject json() {
    return json;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Descriptor that
        && mediaType.equals(that.mediaType)
        && digest.equals(that.digest)
        && size == that.size;
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return mediaType + " " + digest + " (" + size + " bytes)";
  }
}
