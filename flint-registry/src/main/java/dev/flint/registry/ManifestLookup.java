package dev.flint.registry;

import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds the digest of a manifest by HEAD, and by reading it where HEAD is of no use: not allowed,
 * without a digest, or with a length that no manifest has.
 */
final class ManifestLookup {
  private final RegistrySession session;
  private final Retries retries;
  private final Endpoints endpoints;
  private final ImageSource repository;

  ManifestLookup(
      RegistrySession session, Retries retries, Endpoints endpoints, ImageSource repository) {
    this.session = session;
    this.retries = retries;
    this.endpoints = endpoints;
    this.repository = repository;
  }

  Digest digest(Reference reference) throws IOException {
    // Whatever else is wrong with HEAD, GET tells, and is waited for.
    Optional<Digest> announced =
        retries.run(RequestKind.READ, "look for " + reference, () -> announced(reference));
    if (announced.isPresent()) {
      return announced.get();
    }
    return repository
        .resolve(reference)
        .map(Document::digest)
        .orElseThrow(() -> missing(reference));
  }

  static FlintException missing(Reference reference) {
    return new FlintException(
        ErrorCode.NOT_FOUND,
        "image " + reference + " does not exist",
        "flint tags " + reference.name() + " lists what is there");
  }

  /** Whether there is no such manifest, by the registry's first word. */
  boolean isMissing(Reference reference) throws IOException {
    try (Reply reply = session.send(head(reference))) {
      return reply.status() == 404;
    }
  }

  private Call head(Reference reference) {
    String target = reference.digest().map(Digest::toString).orElse(reference.tag());
    return Call.of("HEAD", endpoints.manifest(target)).header("Accept", RegistryRepository.ACCEPT);
  }

  private Optional<Digest> announced(Reference reference) throws IOException {
    try (Reply reply = session.send(head(reference))) {
      if (reply.status() != 200 || !isPlausible(reply)) {
        return Optional.empty();
      }
      Optional<Digest> digest =
          reply.header("docker-content-digest").flatMap(ManifestLookup::parse);
      // Asked by digest, a registry may answer with another one of the same bytes: only they tell.
      return reference.digest().isEmpty() || reference.digest().equals(digest)
          ? digest
          : Optional.empty();
    }
  }

  private static boolean isPlausible(Reply reply) {
    long length = reply.contentLength().orElse(0);
    return length > 0 && length <= RegistryRepository.MAX_MANIFEST;
  }

  private static Optional<Digest> parse(String text) {
    try {
      return Optional.of(Digest.parse(text.strip()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
