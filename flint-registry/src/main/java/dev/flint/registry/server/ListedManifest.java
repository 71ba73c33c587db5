package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * How a manifest stands in the {@code index.json} of its repository: an ordinary descriptor, for
 * manifests with a {@code subject} with the artifact type and an annotation that names the subject,
 * so that referrers are found without opening manifests.
 */
final class ListedManifest {
  private static final String SUBJECT = "dev.flint.subject";
  private static final String ARTIFACT_TYPE = "artifactType";

  private ListedManifest() {}

  /**
   * The entry of a document.
   *
   * @throws FlintException PROTOCOL if its subject or its annotations are malformed
   */
  static Descriptor entry(Document document) throws FlintException {
    Optional<JsonObject> subject = document.json().object("subject");
    document.json().stringMap("annotations");
    Descriptor plain = document.descriptor();
    if (subject.isEmpty()) {
      return plain;
    }
    Optional<String> type = artifactType(document);
    Descriptor typed =
        type.isPresent() ? Descriptor.of(plain.json().with(ARTIFACT_TYPE, type.get())) : plain;
    return typed.withAnnotations(Map.of(SUBJECT, Descriptor.of(subject.get()).digest().toString()));
  }

  /** By the distribution spec ("Listing Referrers"): its own, else that of the config. */
  private static Optional<String> artifactType(Document document) throws FlintException {
    Optional<String> own = document.json().string(ARTIFACT_TYPE).filter(type -> !type.isEmpty());
    if (own.isPresent() || document.isIndex()) {
      return own;
    }
    Optional<JsonObject> config = document.json().object("config");
    return config.isPresent() ? config.get().string("mediaType") : Optional.empty();
  }

  /** Moves a tag; the manifest it leaves stays listed. */
  static LayoutIndex named(LayoutIndex index, String tag, Descriptor entry) throws IOException {
    Optional<Descriptor> old = index.find(tag);
    if (old.isPresent() && old.get().equals(entry)) {
      return index;
    }
    LayoutIndex moved = index.withName(tag, entry);
    return old.isPresent() ? moved.withEntry(LayoutIndex.unnamed(old.get())) : moved;
  }

  /** The digest an entry refers to. */
  static Optional<Digest> subject(Descriptor entry) throws FlintException {
    return entry.annotation(SUBJECT).map(Digest::parse);
  }

  /** The artifact type of an entry that has a subject. */
  static Optional<String> artifactType(Descriptor entry) throws FlintException {
    return entry.json().string(ARTIFACT_TYPE);
  }

  /** The entry as the referrers list shows it: with the annotations of the manifest. */
  static Descriptor referrer(OciLayout layout, Descriptor entry) throws IOException {
    return entry.withAnnotations(layout.document(entry).json().stringMap("annotations"));
  }
}
