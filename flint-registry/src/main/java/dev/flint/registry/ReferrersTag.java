package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.MediaType;
import dev.flint.oci.Referrer;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.registry.http.Body;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The index that clients keep at a tag of its own where a registry does not know referrers (OCI
 * distribution spec 1.1, "Referrers Tag Schema"). Thread-safe; another process may get in between,
 * which is noticed in most cases and then tried once more.
 */
final class ReferrersTag {
  private static final int ATTEMPTS = 2;
  private static final int MAX_ALGORITHM = 32;
  private static final int MAX_ENCODED = 64;

  private final RegistrySession session;
  private final Retries retries;
  private final Endpoints endpoints;
  private final String name;

  /**
   * The index as it stands.
   *
   * @param etag of the answer it came with
   */
  private record Held(Document index, Optional<String> etag) {}

  ReferrersTag(RegistrySession session, Retries retries, Endpoints endpoints, String name) {
    this.session = session;
    this.retries = retries;
    this.endpoints = endpoints;
    this.name = name;
  }

  /** The tag for a subject, for example {@code sha256-ab12...}. */
  static String of(Digest subject) {
    return (cut(subject.algorithm(), MAX_ALGORITHM) + "-" + cut(subject.encoded(), MAX_ENCODED))
        .replaceAll("[^A-Za-z0-9._-]", "-");
  }

  private static String cut(String text, int length) {
    return text.substring(0, Math.min(length, text.length()));
  }

  /** The entries for a subject. */
  List<Descriptor> entries(Digest subject) throws IOException {
    Optional<Held> held = read(subject);
    return held.isPresent() ? ImageIndex.of(held.get().index()).manifests() : List.of();
  }

  /**
   * Lists a document that a registry took, if it has a subject and the registry does not say that
   * it keeps the list itself.
   */
  void pushed(Document document, Reply taken) throws IOException {
    Optional<Referrer> referrer = Referrer.of(document);
    if (referrer.isPresent() && taken.header("oci-subject").isEmpty()) {
      add(referrer.get());
    }
  }

  private synchronized void add(Referrer referrer) throws IOException {
    Digest subject = referrer.subject().digest();
    Optional<RegistryException> conflict = Optional.empty();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Held> held = read(subject);
      if (lists(held, referrer)) {
        return;
      }
      // Then read again: whoever wrote at the same time may have overwritten it.
      conflict = put(subject, held, referrer);
    }
    // The conflict may be with a write of ours, whose answer was lost.
    if (conflict.isPresent() && !lists(read(subject), referrer)) {
      throw conflict.get();
    }
  }

  private static boolean lists(Optional<Held> held, Referrer referrer) throws FlintException {
    return held.isPresent()
        && ImageIndex.of(held.get().index()).manifests().stream()
            .anyMatch(entry -> entry.digest().equals(referrer.descriptor().digest()));
  }

  /** Empty if it was written; else who wrote meanwhile made the registry refuse it. */
  private Optional<RegistryException> put(Digest subject, Optional<Held> held, Referrer referrer)
      throws IOException {
    Document index = with(held, referrer.descriptor());
    String tag = of(subject);
    Body body = Body.of(index.mediaType().value(), index.bytes());
    Call plain = Call.of("PUT", endpoints.manifest(tag)).body(body);
    Optional<String> etag = held.flatMap(Held::etag);
    Call call = etag.isPresent() ? plain.header("If-Match", etag.get()) : plain;
    String action = "list " + referrer.descriptor().digest() + " in the index " + name + ":" + tag;
    return retries.run(
        RequestKind.MANIFEST,
        action,
        () -> {
          try (Reply reply = session.send(call)) {
            if (reply.status() == 201) {
              return Optional.empty();
            }
            RegistryException refusal = RegistryException.of(action, reply);
            if (reply.status() == 412) {
              return Optional.of(refusal);
            }
            throw refusal;
          }
        });
  }

  /** The index with one entry more; everything else in it stays. */
  private static Document with(Optional<Held> held, Descriptor entry) throws FlintException {
    if (held.isEmpty()) {
      return ImageIndex.create(List.of(entry));
    }
    JsonObject json = held.get().index().json();
    List<JsonObject> entries = new ArrayList<>(json.objects("manifests"));
    entries.add(entry.json());
    return Document.of(held.get().index().mediaType(), json.withObjects("manifests", entries));
  }

  /** Empty where there is none, and where the registry takes the tag for the subject's digest. */
  private Optional<Held> read(Digest subject) throws IOException {
    String action = "read the referrers at " + name + ":" + of(subject);
    return retries.run(RequestKind.READ, action, () -> read(subject, action));
  }

  private Optional<Held> read(Digest subject, String action) throws IOException {
    Call call =
        Call.of("GET", endpoints.manifest(of(subject))).header("Accept", RegistryRepository.ACCEPT);
    try (Reply reply = session.send(call)) {
      if (reply.status() == 404) {
        return Optional.empty();
      }
      Document document = ReceivedManifest.read(reply, action, Optional.empty());
      if (isOf(subject, document)) {
        return Optional.empty();
      }
      if (!document.mediaType().equals(MediaType.OCI_INDEX)) {
        throw new FlintException(
            ErrorCode.PROTOCOL, "cannot " + action + ": it is no OCI index but " + document);
      }
      return Optional.of(new Held(document, strongETag(reply)));
    }
  }

  private static boolean isOf(Digest subject, Document document) throws FlintException {
    boolean sha512 = subject.algorithm().equals("sha512");
    return subject.equals(sha512 ? subject.sameAlgorithm(document.bytes()) : document.digest());
  }

  /** If-Match never matches a weak one (RFC 9110, 13.1.1). */
  private static Optional<String> strongETag(Reply reply) {
    return reply.header("etag").filter(etag -> !etag.startsWith("W/"));
  }
}
