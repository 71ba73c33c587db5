package dev.flint.oci;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A read-only view of an image index (OCI image spec, image-index.md). */
public final class ImageIndex {
  private static final int MAX_ENTRIES = 1024;

  private final Document document;
  private final List<Descriptor> manifests;

  private ImageIndex(Document document, List<Descriptor> manifests) {
    this.document = document;
    this.manifests = manifests;
  }

  /**
   * Views a document.
   *
   * @throws FlintException PROTOCOL if it is malformed, POLICY if it has more than 1024 entries
   */
  public static ImageIndex of(Document document) throws FlintException {
    if (!document.isIndex()) {
      throw new FlintException(ErrorCode.PROTOCOL, "expected an index, found " + document);
    }
    List<JsonObject> entries = document.json().objects("manifests");
    if (entries.size() > MAX_ENTRIES) {
      throw new FlintException(
          ErrorCode.POLICY,
          document + " has " + entries.size() + " entries, the limit is " + MAX_ENTRIES);
    }
    return new ImageIndex(document, Descriptors.of(entries));
  }

  /** Makes an OCI index. */
  public static Document create(List<Descriptor> manifests) {
    return create(manifests, Map.of());
  }

  /** Makes an OCI index with annotations of its own. */
  public static Document create(List<Descriptor> manifests, Map<String, String> annotations) {
    JsonObject json =
        JsonObject.empty()
            .with("schemaVersion", 2)
            .with("mediaType", MediaType.OCI_INDEX.value())
            .withObjects("manifests", manifests.stream().map(Descriptor::json).toList());
    return Document.of(
        MediaType.OCI_INDEX,
        annotations.isEmpty() ? json : json.withMap("annotations", annotations));
  }

  /** The entries, in order. */
  public List<Descriptor> manifests() {
    return manifests;
  }

  /**
   * The first entry for a platform. Entries without platform match only when the index has a single
   * one.
   *
   * @throws FlintException NOT_FOUND with the platforms there are
   */
  public Descriptor select(Platform wanted) throws FlintException {
    List<String> offered = new ArrayList<>();
    for (Descriptor entry : manifests) {
      Platform platform = entry.platform().orElse(manifests.size() == 1 ? wanted : null);
      if (platform != null && wanted.accepts(platform)) {
        return entry;
      }
      if (platform != null && !platform.os().equals("unknown")) {
        offered.add(platform.toString());
      }
    }
    throw new FlintException(
        ErrorCode.NOT_FOUND,
        "index " + document.digest() + " has no image for " + wanted,
        offered.isEmpty() ? "" : "choose with --platform: " + String.join(", ", offered));
  }
}
