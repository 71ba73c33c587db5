package dev.flint.oci;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.Optional;

/**
 * A document that refers to another one by its {@code subject} (OCI image spec 1.1, manifest.md and
 * image-index.md): a signature, an SBOM or any other artifact about an image.
 *
 * @param subject what it refers to, which need not exist
 * @param descriptor points to the document, with its artifact type and annotations, as lists of
 *     referrers show it (OCI distribution spec 1.1, "Listing Referrers")
 */
public record Referrer(Descriptor subject, Descriptor descriptor) {
  private static final String ARTIFACT_TYPE = "artifactType";

  /**
   * Views a document.
   *
   * @return empty if it has no subject
   * @throws FlintException PROTOCOL if its subject, artifact type or annotations are malformed
   */
  public static Optional<Referrer> of(Document document) throws FlintException {
    JsonObject json = document.json();
    Optional<JsonObject> subject = json.object("subject");
    if (subject.isEmpty()) {
      return Optional.empty();
    }
    Descriptor plain = document.descriptor();
    Optional<String> type = type(document);
    Descriptor typed =
        type.isPresent() ? Descriptor.of(plain.json().with(ARTIFACT_TYPE, type.get())) : plain;
    return Optional.of(
        new Referrer(
            Descriptor.of(subject.get()), typed.withAnnotations(json.stringMap("annotations"))));
  }

  /** Its own artifact type, else the media type of its config. */
  private static Optional<String> type(Document document) throws FlintException {
    Optional<String> own = document.json().string(ARTIFACT_TYPE).filter(type -> !type.isEmpty());
    if (own.isPresent() || document.isIndex()) {
      return own;
    }
    Optional<JsonObject> config = document.json().object("config");
    return config.isPresent() ? config.get().string("mediaType") : Optional.empty();
  }

  /** The artifact type that a list of referrers gives for one of its entries. */
  public static Optional<String> artifactType(Descriptor entry) throws FlintException {
    return entry.json().string(ARTIFACT_TYPE);
  }
}
