package dev.flint.oci;

import dev.flint.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Makes manifests of artifacts, which carry files instead of an image (manifest.md). */
public final class Artifact {
  /** The config of an artifact that has none (manifest.md, "Guidance for an Empty Descriptor"). */
  public static final Descriptor EMPTY =
      Descriptor.of(
          new MediaType("application/vnd.oci.empty.v1+json"), Digest.sha256(emptyBytes()), 2);

  private Artifact() {}

  /** The content of {@link #EMPTY}. */
  public static byte[] emptyBytes() {
    return "{}".getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * A manifest without a config. Equal parts give equal bytes.
   *
   * @param type the artifact type, a media type
   * @param subject what the artifact is about
   * @param files at least one
   */
  public static Document create(
      String type, Descriptor subject, List<Descriptor> files, Map<String, String> annotations) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("an artifact without files");
    }
    // Only what points to it: its annotations and artifact type are its own affair.
    Descriptor plain = Descriptor.of(subject.mediaType(), subject.digest(), subject.size());
    JsonObject json =
        JsonObject.empty()
            .with("schemaVersion", 2)
            .with("mediaType", MediaType.OCI_MANIFEST.value())
            .with("artifactType", type)
            .with("config", EMPTY.json())
            .withObjects("layers", files.stream().map(Descriptor::json).toList())
            .with("subject", plain.json());
    return Document.of(
        MediaType.OCI_MANIFEST,
        annotations.isEmpty() ? json : json.withMap("annotations", annotations));
  }
}
