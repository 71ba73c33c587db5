package dev.flint.registry.server;

import dev.flint.oci.Digest;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.store.Blob;
import java.io.IOException;
import java.util.Optional;

/** Pushing blobs (distribution spec end-4, end-5, end-6, end-11, end-13, end-14). */
final class UploadHandler {
  private final Repositories repositories;
  private final UploadSessions sessions;
  private final long minChunk;

  /**
   * A handler.
   *
   * @param minChunk bytes that every chunk but the last must have, 0 for no such rule
   */
  UploadHandler(Repositories repositories, UploadSessions sessions, long minChunk) {
    this.repositories = repositories;
    this.sessions = sessions;
    this.minChunk = minChunk;
  }

  /** The address where uploads begin. */
  void start(Call call, String name) throws IOException, Refusal {
    if (!call.method().equals("POST")) {
      throw Refusal.method(call, "POST");
    }
    Optional<String> mount = call.query("mount");
    Optional<String> digest = call.query("digest");
    if (mount.isPresent() && mount(call, name, mount.get())) {
      return;
    }
    Optional<Digest> wanted = Optional.empty();
    if (mount.isEmpty() && digest.isPresent()) {
      wanted = Optional.of(DigestText.parseCheckable(digest.get()));
    }
    Repository repository = repositories.create(name);
    repository.promise();
    UploadSession session = sessions.start(repository);
    if (wanted.isPresent()) {
      single(call, session, wanted.get());
    } else {
      // Let go first: the client may come back as soon as it has the answer.
      sessions.release(session);
      if (minChunk > 0) {
        call.with("OCI-Chunk-Min-Length", Long.toString(minChunk));
      }
      progress(call, session).answer(202);
    }
  }

  /** The whole blob in one POST. Its client knows no session, so none may stay. */
  private void single(Call call, UploadSession session, Digest wanted) throws IOException, Refusal {
    try {
      session.append(call.body(), Long.MAX_VALUE);
      finish(session, wanted);
    } finally {
      session.drop();
      sessions.release(session);
    }
    created(call, session.repository(), wanted);
  }

  /** Takes the blob from another repository; whatever is in the way, an upload is the answer. */
  private boolean mount(Call call, String name, String digestText) throws IOException, Refusal {
    Optional<String> from = call.query("from");
    if (from.isEmpty()) {
      return false;
    }
    Optional<Blob> source;
    Digest digest;
    try {
      digest = DigestText.parse(digestText);
      Optional<Repository> origin = repositories.find(from.get());
      source = origin.isPresent() ? origin.get().layout().find(digest) : Optional.empty();
    } catch (Refusal e) {
      return false;
    }
    if (source.isEmpty()) {
      return false;
    }
    Repository target = repositories.create(name);
    target.promise();
    if (target.layout().find(digest).isEmpty()) {
      target.layout().link(source.get());
    }
    created(call, target, digest);
    return true;
  }

  /** The address of one upload. */
  void session(Call call, String name, String id) throws IOException, Refusal {
    switch (call.method()) {
      case "GET", "HEAD" -> progress(call, sessions.require(name, id)).answer(204);
      case "PATCH" -> append(call, name, id);
      case "PUT" -> close(call, name, id);
      case "DELETE" -> cancel(call, name, id);
      default -> throw Refusal.method(call, "GET, PATCH, PUT, DELETE");
    }
  }

  private void append(Call call, String name, String id) throws IOException, Refusal {
    Optional<ChunkRange> range = ChunkRange.of(call);
    UploadSession session = sessions.claim(name, id);
    try {
      long before = session.offset();
      check(call, session, range);
      take(call, session, range);
      if (session.offset() - before < minChunk) {
        session.hasLastChunk();
      }
      progress(call, session);
    } finally {
      sessions.release(session);
    }
    call.answer(202);
  }

  private void close(Call call, String name, String id) throws IOException, Refusal {
    Digest wanted =
        DigestText.parseCheckable(
            call.query("digest")
                .orElseThrow(
                    () -> new Refusal(400, Problem.DIGEST_INVALID, "the digest is missing")));
    Optional<ChunkRange> range = ChunkRange.of(call);
    UploadSession session = sessions.claim(name, id);
    try {
      check(call, session, range);
      take(call, session, range);
      finish(session, wanted);
    } finally {
      sessions.release(session);
    }
    created(call, session.repository(), wanted);
  }

  private void cancel(Call call, String name, String id) throws IOException, Refusal {
    UploadSession session = sessions.claim(name, id);
    try {
      session.drop();
    } finally {
      sessions.release(session);
    }
    call.answer(204);
  }

  private void check(Call call, UploadSession session, Optional<ChunkRange> range) throws Refusal {
    if (session.hadLastChunk() && call.body().announced() != 0) {
      progress(call, session);
      throw new Refusal(
          400,
          Problem.SIZE_INVALID,
          "only the last chunk may be shorter than " + minChunk + " bytes");
    }
    if (range.isPresent() && range.get().first() != session.offset()) {
      progress(call, session);
      throw new Refusal(
          416,
          Problem.BLOB_UPLOAD_INVALID,
          "the chunk begins at " + range.get().first() + ", expected " + session.offset());
    }
  }

  private static void take(Call call, UploadSession session, Optional<ChunkRange> range)
      throws IOException, Refusal {
    if (range.isEmpty()) {
      session.append(call.body(), Long.MAX_VALUE);
      return;
    }
    boolean fits = session.append(call.body(), range.get().length());
    if (!fits || session.offset() != range.get().last() + 1) {
      progress(call, session);
      throw new Refusal(
          400, Problem.SIZE_INVALID, "the chunk is not as long as its Content-Range says");
    }
  }

  private static void finish(UploadSession session, Digest wanted) throws IOException, Refusal {
    try {
      session.finish(wanted);
    } catch (IntegrityException e) {
      throw new Refusal(
          400, Problem.DIGEST_INVALID, "expected " + wanted + ", but " + e.getMessage());
    }
  }

  private static void created(Call call, Repository repository, Digest digest) throws IOException {
    repository.layout().flushNames();
    call.with("Location", "/v2/" + repository.name() + "/blobs/" + digest)
        .with("Docker-Content-Digest", digest.toString())
        .answer(201);
  }

  /**
   * Tells where the upload is and how far it came; an empty one is 0-0 as nothing is in between.
   */
  private static Call progress(Call call, UploadSession session) {
    String name = session.repository().name();
    return call.with("Location", "/v2/" + name + "/blobs/uploads/" + session.id())
        .with("Docker-Upload-UUID", session.id())
        .with("Range", "0-" + Math.max(0, session.offset() - 1));
  }
}
