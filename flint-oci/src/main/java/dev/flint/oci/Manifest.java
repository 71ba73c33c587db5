package dev.flint.oci;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A read-only view of an image manifest (OCI image spec, manifest.md). */
public final class Manifest {
  private static final int MAX_LAYERS = 128;

  private final Document document;
  private final Descriptor config;
  private final List<Descriptor> layers;

  private Manifest(Document document, Descriptor config, List<Descriptor> layers) {
    this.document = document;
    this.config = config;
    this.layers = layers;
  }

  /**
   * Views a document.
   *
   * @throws FlintException PROTOCOL if a member is missing or malformed, POLICY if it has more than
   *     128 layers
   */
  public static Manifest of(Document document) throws FlintException {
    JsonObject json = document.json();
    if (document.isIndex()) {
      throw new FlintException(ErrorCode.PROTOCOL, "expected a manifest, found " + document);
    }
    List<JsonObject> layers = json.objects("layers");
    if (layers.size() > MAX_LAYERS) {
      throw new FlintException(
          ErrorCode.POLICY,
          document + " has " + layers.size() + " layers, the limit is " + MAX_LAYERS);
    }
    JsonObject config = json.object("config").orElseThrow(() -> json.missing("config"));
    return new Manifest(document, Descriptor.of(config), Descriptors.of(layers));
  }

  /** Makes an OCI manifest of one config and its layers. */
  public static Document create(
      Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
    JsonObject json =
        JsonObject.empty()
            .with("schemaVersion", 2)
            .with("mediaType", MediaType.OCI_MANIFEST.value())
            .with("config", config.json())
            .withObjects("layers", layers.stream().map(Descriptor::json).toList());
    return Document.of(
        MediaType.OCI_MANIFEST,
        annotations.isEmpty() ? json : json.withMap("annotations", annotations));
  }

  /** The document this is a view of. */
  public Document document() {
    return document;
  }

  /** The image config. */
  public Descriptor config() {
    return config;
  }

  /** The layers, base first. */
  public List<Descriptor> layers() {
    return layers;
  }

  /** The annotations, empty when there are none. */
  public Map<String, String> annotations() throws FlintException {
    return document.json().stringMap("annotations");
  }

  /** The manifest this one refers to, if any (OCI 1.1 {@code subject}). */
  public Optional<Descriptor> subject() throws FlintException {
    Optional<JsonObject> subject = document.json().object("subject");
    return subject.isPresent() ? Optional.of(Descriptor.of(subject.get())) : Optional.empty();
  }
}
