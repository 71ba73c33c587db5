package dev.flint.registry;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.transfer.BlobSource;
import dev.flint.oci.transfer.EarlySender;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.oci.transfer.ImageTarget;
import dev.flint.oci.transfer.MissingBlobException;
import dev.flint.registry.auth.Scope;
import dev.flint.registry.auth.Scopes;
import dev.flint.registry.auth.TokenServerBusyException;
import dev.flint.registry.http.Body;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One repository of a registry (OCI distribution spec 1.1). Thread-safe. */
public final class RegistryRepository implements ImageSource, ImageTarget {
  /** The longest manifest that is read, in bytes. */
  public static final int MAX_MANIFEST = 4 * 1024 * 1024;

  static final String ACCEPT =
      String.join(
          ", ",
          MediaType.OCI_INDEX.value(),
          MediaType.OCI_MANIFEST.value(),
          MediaType.DOCKER_LIST.value(),
          MediaType.DOCKER_MANIFEST.value());

  private final RegistrySession session;
  private final Endpoints endpoints;
  private final String name;
  private final ReferrersTag referrersTag;
  private final Resilience resilience;
  private final BlobHead head;

  /** Sessions that were opened instead of mounting a blob. */
  private final Map<Digest, OpenUpload> given = new ConcurrentHashMap<>();

  private final EarlyUploads early;
  private final AtomicInteger sentBlobs = new AtomicInteger();

  RegistryRepository(
      RegistrySession session, Endpoints endpoints, String name, Resilience resilience) {
    this.session = session;
    this.endpoints = endpoints;
    this.name = name;
    this.referrersTag = new ReferrersTag(session, resilience.retries(), endpoints, name);
    this.resilience = resilience;
    this.head = new BlobHead(session, endpoints, resilience.memory());
    this.early = new EarlyUploads(resilience);
  }

  private <T> T retried(RequestKind kind, String what, Retries.Attempt<T> attempt)
      throws IOException {
    return resilience.retries().run(kind, what, attempt);
  }

  @Override
  public Optional<Document> resolve(Reference reference) throws IOException {
    return resolve(reference, MAX_MANIFEST);
  }

  /**
   * The same with another limit.
   *
   * @param maxBytes the longest manifest to read
   * @throws FlintException POLICY if it is longer
   */
  public Optional<Document> resolve(Reference reference, int maxBytes) throws IOException {
    String target = reference.digest().map(Digest::toString).orElse(reference.tag());
    Call call = Call.of("GET", endpoints.manifest(target)).header("Accept", ACCEPT);
    String action = "pull " + reference;
    return retried(
        RequestKind.READ,
        action,
        () -> {
          try (Reply reply = session.send(call)) {
            return reply.status() == 404
                ? Optional.empty()
                : Optional.of(ReceivedManifest.read(reply, action, reference.digest(), maxBytes));
          }
        });
  }

  @Override
  public Document manifest(Descriptor descriptor) throws IOException {
    String action = "pull " + name + "@" + descriptor.digest();
    Call call =
        Call.of("GET", endpoints.manifest(descriptor.digest().toString())).header("Accept", ACCEPT);
    Document document =
        retried(
            RequestKind.READ,
            action,
            () -> {
              try (Reply reply = session.send(call)) {
                return ReceivedManifest.read(reply, action, Optional.of(descriptor.digest()));
              }
            });
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

  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    String action = "pull blob " + descriptor.digest() + " of " + name;
    Call call = Call.of("GET", endpoints.blob(descriptor.digest()));
    Reply reply = retried(RequestKind.STREAM, action, () -> opened(call, action));
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
    Reply reply = retried(RequestKind.STREAM, action, () -> opened(call, action));
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

  private Reply opened(Call call, String action) throws IOException {
    Reply reply = session.send(call);
    if (!Fault.isBusy(reply.status())) {
      return reply;
    }
    try (reply) {
      throw RegistryException.of(action, reply);
    }
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
    String action = "look for blob " + blob.digest() + " in " + name;
    try {
      boolean there = retried(RequestKind.READ, action, () -> head.isThere(blob));
      if (there) {
        early.drop(blob);
      }
      return there;
    } catch (RegistryException e) {
      resilience.memory().headIsUseless();
      return false;
    }
  }

  /**
   * Sends the blobs of a new image while they are made; the next {@link #putBlob} of each ends its
   * upload. Not if the reference names an image already: what is made again is likely to be there.
   */
  public EarlySender early(Reference reference) {
    String action = "push " + reference;
    return early.sender(
        () -> {
          if (!new ManifestLookup(session, resilience.retries(), endpoints, this)
              .isMissing(reference)) {
            throw new FlintException(ErrorCode.POLICY, reference + " may be there already");
          }
          return OpenUpload.begin(session, endpoints.uploads(), action);
        });
  }

  /**
   * Takes a blob over. Where the registry opens an upload instead, the next {@link #putBlob} of the
   * blob uses it.
   */
  @Override
  public boolean mount(Descriptor blob, String fromRepository) throws IOException {
    Reference from = Reference.of("registry.invalid", fromRepository, "");
    if (resilience.memory().isMountRefused(fromRepository)) {
      return false;
    }
    Call call = Call.of("POST", endpoints.mount(blob.digest(), from.repository()));
    Scopes reading = Scopes.of(Scope.repository(endpoints.repository(from.repository()), "pull"));
    try (Reply reply = session.send(call, reading)) {
      if (reply.status() == 201) {
        early.drop(blob);
        return true;
      }
      if (reply.status() == 202) {
        OpenUpload upload = OpenUpload.of(reply, session, action(blob));
        Optional.ofNullable(given.put(blob.digest(), upload)).ifPresent(this::cancel);
      } else if (!Fault.isBusy(reply.status())) {
        resilience.memory().mountIsRefused(fromRepository);
      }
      return false;
    } catch (LostConnectionException | TokenServerBusyException e) {
      // The upload finds out how the registry is.
      return false;
    } catch (FlintException e) {
      if (e.code() != ErrorCode.AUTH) {
        throw e;
      }
      // The token server: who may push here need not be allowed to read there.
      resilience.memory().mountIsRefused(fromRepository);
      return false;
    }
  }

  private void cancel(OpenUpload upload) {
    upload.cancel(resilience.retries().waiting());
  }

  private String action(Descriptor blob) {
    return "push blob " + blob.digest() + " to " + name;
  }

  @Override
  public Outcome putBlob(Descriptor blob, BlobSource source, ByteMeter meter) throws IOException {
    String action = action(blob);
    EarlyUploads.Taken before = early.take(blob, meter, action);
    Optional<OpenUpload> mounting = Optional.ofNullable(given.remove(blob.digest()));
    if (before.open().isPresent()) {
      mounting.ifPresent(this::cancel);
    }
    try (UploadSource bytes = new UploadSource(blob, source, meter, before.sent())) {
      new BlobUpload(
              blob,
              bytes,
              () -> OpenUpload.begin(session, endpoints.uploads(), action),
              before.open().or(() -> mounting),
              before.sent() > 0,
              head,
              resilience,
              action)
          .run();
    }
    sentBlobs.incrementAndGet();
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
    Call call = Call.of("PUT", endpoints.manifest(target)).body(body);
    Reply taken = retried(RequestKind.MANIFEST, action, () -> taken(call, action));
    ReceivedManifest.checkAnnounced(taken, document.digest(), action);
    referrersTag.pushed(document, taken);
  }

  private Reply taken(Call call, String action) throws IOException {
    try (Reply reply = session.send(call)) {
      if (reply.status() == 201) {
        return reply;
      }
      RegistryException refusal = RegistryException.of(action, reply);
      if (!refusal.missingBlobs().isEmpty()) {
        throw new MissingBlobException(refusal.missingBlobs(), refusal);
      }
      throw sentBlobs.get() > 0 && refusal.code() == ErrorCode.AUTH
          ? new FlintException(
              refusal.code(),
              refusal.getMessage()
                  + "; the blobs that were sent before ("
                  + sentBlobs
                  + ") stay there without a name until the registry collects them",
              refusal.remedy(),
              refusal)
          : refusal;
    }
  }

  /** The tags, in the registry's order. */
  public Names tags() throws IOException {
    return new NameList("list the tags of " + name, "tags", Reference::isTag)
        .read(session, resilience.retries(), endpoints.tags());
  }

  /**
   * The digest a reference has now, by the registry's word where that costs no download.
   *
   * @throws FlintException NOT_FOUND if there is no such manifest
   */
  public Digest digest(Reference reference) throws IOException {
    return new ManifestLookup(session, resilience.retries(), endpoints, this).digest(reference);
  }

  /** What refers to a manifest, optionally of one artifact type only. */
  public List<Descriptor> referrers(Digest subject, Optional<String> artifactType)
      throws IOException {
    return new Referrers(session, resilience.retries(), endpoints, name, referrersTag)
        .list(subject, artifactType);
  }

  /** Removes a manifest, and with it every tag it has. */
  public void delete(Digest manifest) throws IOException {
    new Deletion(session, resilience.retries(), endpoints, name).manifest(manifest);
  }

  /**
   * The size of a blob by the registry's word, as a descriptor to read it by.
   *
   * @throws FlintException NOT_FOUND if there is no such blob
   */
  public Descriptor describeBlob(Digest blob) throws IOException {
    return new BlobLookup(session, resilience.retries(), endpoints, name).describe(blob);
  }
}
