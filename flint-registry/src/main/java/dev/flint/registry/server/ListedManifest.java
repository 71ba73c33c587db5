package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Referrer;
import dev.flint.oci.error.FlintException;
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

  private ListedManifest() {}

  /**
   * The entry of a document.
   *
   * @throws FlintException PROTOCOL if its subject or its annotations are malformed
   */
  static Descriptor entry(Document document) throws FlintException {
    document.json().stringMap("annotations");
    Optional<Referrer> referrer = Referrer.of(document);
    if (referrer.isEmpty()) {
      return document.descriptor();
    }
    Digest subject = referrer.get().subject().digest();
    return referrer.get().descriptor().withAnnotations(Map.of(SUBJECT, subject.toString()));
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

  /** The entry as the referrers list shows it: with the annotations of the manifest. */
  static Descriptor referrer(OciLayout layout, Descriptor entry) throws IOException {
    return entry.withAnnotations(layout.document(entry).json().stringMap("annotations"));
  }
}
