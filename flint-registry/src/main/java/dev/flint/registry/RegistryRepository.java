package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.ImageTarget;
import dev.flint.registry.http.Body;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;

/** One repository of a registry (OCI distribution spec 1.1). Thread-safe. */
public final class RegistryRepository implements ImageSource, ImageTarget {
  private static final int MAX_MANIFEST = 4 * 1024 * 1024;
  private static final String ACCEPT =
      String.join(
          ", ",
          MediaType.OCI_INDEX.value(),
          MediaType.OCI_MANIFEST.value(),
          MediaType.DOCKER_LIST.value(),
          MediaType.DOCKER_MANIFEST.value());

  private final RegistrySession session;
  private final Endpoints endpoints;
  private final String name;

  RegistryRepository(RegistrySession session, Endpoints endpoints, String name) {
    this.session = session;
    this.endpoints = endpoints;
    this.name = name;
  }

  @Override
  public Optional<Document> resolve(Reference reference) throws IOException {
    String target = reference.digest().map(Digest::toString).orElse(reference.tag());
    Call call = Call.of("GET", endpoints.manifest(target)).header("Accept", ACCEPT);
    try (Reply reply = session.send(call)) {
      if (reply.status() == 404) {
        return Optional.empty();
      }
      return Optional.of(received(reply, "pull " + reference, reference.digest()));
    }
  }

  @Override
  public Document manifest(Descriptor descriptor) throws IOException {
    String action = "pull " + name + "@" + descriptor.digest();
    Call call =
        Call.of("GET", endpoints.manifest(descriptor.digest().toString())).header("Accept", ACCEPT);
    try (Reply reply = session.send(call)) {
      Document document = received(reply, action, Optional.of(descriptor.digest()));
      if (document.bytes().length != descriptor.size()) {
        throw new IntegrityException(
            document
                + " is "
                + document.bytes().length
                + " bytes long, announced were "
                + descriptor.size());
      }
      if (!document.mediaType().equals(descriptor.mediaType())) {
        throw new FlintException(
            ErrorCode.PROTOCOL, document + " was announced as " + descriptor.mediaType());
      }
      return document;
    }
  }

  private static Document received(Reply reply, String action, Optional<Digest> wanted)
      throws IOException {
    if (reply.status() != 200) {
      throw RegistryException.of(action, reply);
    }
    byte[] bytes = reply.body().readNBytes(MAX_MANIFEST + 1);
    if (bytes.length > MAX_MANIFEST) {
      throw new FlintException(
          ErrorCode.POLICY, "cannot " + action + ": its manifest is longer than 4 MiB");
    }
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
  private static void checkAnnounced(Reply reply, Digest actual, String action)
      throws FlintException {
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

  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    String action = "pull blob " + descriptor.digest() + " of " + name;
    Reply reply = session.send(Call.of("GET", endpoints.blob(descriptor.digest())));
    if (reply.status() != 200) {
      try (reply) {
        throw RegistryException.of(action, reply);
      }
    }
    long announced = reply.contentLength().orElse(descriptor.size());
    if (announced != descriptor.size()) {
      reply.close();
      throw new IntegrityException(
          "cannot "
              + action
              + ": the registry sends "
              + announced
              + " bytes, the manifest says "
              + descriptor.size());
    }
    return reply.body();
  }

  @Override
  public Optional<InputStream> range(Descriptor blob, long from, long length) throws IOException {
    Objects.checkFromIndexSize(from, length, blob.size());
    long last = from + length - 1;
    String action = "pull bytes " + from + "-" + last + " of blob " + blob.digest() + " of " + name;
    Call call =
        Call.of("GET", endpoints.blob(blob.digest())).header("Range", "bytes=" + from + "-" + last);
    Reply reply = session.send(call);
    if (reply.status() == 206 && !isPart(reply, from, last, blob.size())) {
      reply.close();
      throw new FlintException(
          ErrorCode.PROTOCOL,
          "cannot "
              + action
              + ": the registry sends "
              + reply.header("content-range").orElse("something else")
              + " of "
              + reply.header("content-length").orElse("unknown")
              + " bytes");
    }
    return switch (reply.status()) {
      case 206 -> Optional.of(new RangeStream(reply.body(), length, action));
      case 200, 416 -> {
        // The whole blob, which nobody wants to wait for, or a body that is not what it announces.
        reply.close();
        yield Optional.empty();
      }
      default -> {
        try (reply) {
          throw RegistryException.of(action, reply);
        }
      }
    };
  }

  private static boolean isPart(Reply reply, long from, long last, long size) {
    String wanted = "bytes " + from + "-" + last + "/" + size;
    long length = last - from + 1;
    return reply.header("content-range").map(String::strip).orElse("").equalsIgnoreCase(wanted)
        && reply.contentLength().orElse(length) == length;
  }

  @Override
  public void cancel() {
    session.cancel();
  }

  @Override
  public boolean has(Descriptor blob) throws IOException {
    try (Reply reply = session.send(Call.of("HEAD", endpoints.blob(blob.digest())))) {
      return reply.status() == 200 && reply.contentLength().orElse(-1) == blob.size();
    }
  }

  @Override
  public Outcome putBlob(Descriptor blob, BlobSource source, LongConsumer meter)
      throws IOException {
    String action = "push blob " + blob.digest() + " to " + name;
    new BlobUpload(session, endpoints.uploads(), action).upload(blob, source, meter);
    return Outcome.DONE;
  }

  @Override
  public void putManifest(Document document) throws IOException {
    put(document, document.digest().toString());
  }

  @Override
  public void tag(Reference reference, Document document) throws IOException {
    put(document, reference.tag().isEmpty() ? document.digest().toString() : reference.tag());
  }

  private void put(Document document, String target) throws IOException {
    String action = "push manifest " + name + " " + target;
    Body body = Body.of(document.mediaType().value(), document.bytes());
    try (Reply reply = session.send(Call.of("PUT", endpoints.manifest(target)).body(body))) {
      if (reply.status() != 201) {
        throw RegistryException.of(action, reply);
      }
      checkAnnounced(reply, document.digest(), action);
    }
  }
}
