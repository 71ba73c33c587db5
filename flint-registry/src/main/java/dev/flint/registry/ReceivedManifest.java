package dev.flint.registry;

import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.registry.http.Reply;
import dev.flint.registry.http.WebPage;
import java.io.IOException;
import java.util.Optional;

/** A manifest or index as a registry answers with it. */
final class ReceivedManifest {
  private ReceivedManifest() {}

  /** Reads one of at most {@link RegistryRepository#MAX_MANIFEST} bytes. */
  static Document read(Reply reply, String action, Optional<Digest> wanted) throws IOException {
    return read(reply, action, wanted, RegistryRepository.MAX_MANIFEST);
  }

  /**
   * Reads it.
   *
   * @param wanted the digest that was asked for, if it was
   * @throws FlintException what the registry refuses with; INTEGRITY if another manifest came;
   *     POLICY if it is too long
   */
  static Document read(Reply reply, String action, Optional<Digest> wanted, int maxBytes)
      throws IOException {
    if (reply.status() != 200) {
      throw RegistryException.of(action, reply);
    }
    byte[] bytes = reply.body().readNBytes(maxBytes + 1);
    if (bytes.length > maxBytes) {
      throw new FlintException(
          ErrorCode.POLICY,
          "cannot " + action + ": its manifest is longer than " + maxBytes + " bytes");
    }
    WebPage.refuse(reply, bytes, action);
    Digest digest = wanted.isPresent() ? wanted.get().sameAlgorithm(bytes) : Digest.sha256(bytes);
    if (wanted.isPresent() && !digest.equals(wanted.get())) {
      throw new IntegrityException(
          "cannot " + action + ": the manifest that came has the digest " + digest);
    }
    checkAnnounced(reply, digest, action);
    // A digest we asked for decides what the bytes are; without one the header must agree.
    Optional<MediaType> claimed = wanted.isPresent() ? Optional.empty() : contentType(reply);
    return Document.received(bytes, digest, claimed);
  }

  private static Optional<MediaType> contentType(Reply reply) throws FlintException {
    try {
      return reply
          .header("content-type")
          .map(MediaType::new)
          .filter(type -> type.isManifest() || type.isIndex());
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.PROTOCOL, "bad Content-Type: " + e.getMessage(), e);
    }
  }

  /** The registry's own idea of the digest, where it has one in the algorithm we can compare. */
  static void checkAnnounced(Reply reply, Digest actual, String action) throws FlintException {
    Optional<String> header = reply.header("docker-content-digest");
    if (header.isPresent()
        && header.get().startsWith(actual.algorithm() + ":")
        && !header.get().equals(actual.toString())) {
      throw new IntegrityException(
          "cannot "
              + action
              + ": the registry says the manifest is "
              + header.get()
              + ", but it is "
              + actual);
    }
  }
}
