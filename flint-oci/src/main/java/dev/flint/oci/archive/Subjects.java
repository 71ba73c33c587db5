package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.Optional;

/** What a document refers to (OCI image spec 1.1, {@code subject}). */
final class Subjects {
  private Subjects() {}

  static Optional<Digest> of(Document document) throws FlintException {
    Optional<JsonObject> subject = document.json().object("subject");
    return subject.isPresent()
        ? Optional.of(Descriptor.of(subject.get()).digest())
        : Optional.empty();
  }
}
