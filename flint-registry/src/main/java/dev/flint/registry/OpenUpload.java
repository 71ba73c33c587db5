package dev.flint.registry;

import dev.flint.oci.Digest;
import dev.flint.registry.http.Body;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.OriginPolicy;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One upload session at a registry, and the requests about it (OCI distribution spec end-5, end-6,
 * end-13, end-14). Its address may hold secrets and is not shown. Confined to one thread.
 */
final class OpenUpload {
  private static final Duration CANCEL_LIMIT = Duration.ofSeconds(1);
  private static final Duration CANCEL_PAUSE = Duration.ofMillis(100);

  /** The form of the spec, and with the unit that some add. */
  private static final Pattern RANGE = Pattern.compile("(?:bytes[= ])?0-([0-9]{1,18})");

  private final RegistrySession session;
  private final String action;
  private final long minChunk;

  /** Who opened it, and so sends us to every {@link #location}. */
  private final URI registry;

  private URI location;
  private long offset;

  private OpenUpload(RegistrySession session, String action, Reply opened) throws IOException {
    this.session = session;
    this.action = action;
    this.minChunk = minChunk(opened);
    this.registry = opened.url();
    this.location = OriginPolicy.uploadLocation(opened);
  }

  /**
   * Opens one.
   *
   * @param action what the upload is for, in errors
   */
  static OpenUpload begin(RegistrySession session, URI uploads, String action) throws IOException {
    try (Reply reply = session.send(Call.of("POST", uploads))) {
      return of(reply, session, action);
    }
  }

  /** The one that the answer to a POST tells of. */
  static OpenUpload of(Reply reply, RegistrySession session, String action) throws IOException {
    if (reply.status() != 202) {
      throw RegistryException.of(action, reply);
    }
    return new OpenUpload(session, action, reply);
  }

  private static long minChunk(Reply reply) {
    String text = reply.header("oci-chunk-min-length").orElse("").strip();
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }

  /** The fewest bytes the registry wants in a chunk that is not the last. */
  long minChunk() {
    return minChunk;
  }

  /** How many bytes the registry has confirmed. */
  long offset() {
    return offset;
  }

  /** Sends everything and ends the session. */
  void put(Digest digest, Body body) throws IOException {
    end(call("PUT", Endpoints.close(location, digest)).body(body));
  }

  /** Ends the session after the last chunk. */
  void close(Digest digest) throws IOException {
    end(call("PUT", Endpoints.close(location, digest)));
  }

  private void end(Call call) throws IOException {
    try (Reply reply = session.send(call)) {
      if (reply.status() != 201) {
        throw RegistryException.of(action, reply);
      }
    }
  }

  /**
   * Sends the next chunk.
   *
   * @throws OutOfStepException if the registry took it, but counts otherwise
   */
  void append(Body body) throws IOException {
    long end = offset + body.length();
    Call call =
        call("PATCH", location).header("Content-Range", offset + "-" + (end - 1)).body(body);
    try (Reply reply = session.send(call)) {
      // ECR answers 201, others 204.
      if (reply.status() != 202 && reply.status() != 201 && reply.status() != 204) {
        throw RegistryException.of(action, reply);
      }
      move(reply);
      long said = end(reply, end);
      if (said != end) {
        throw new OutOfStepException(
            "cannot " + action + ": " + end + " bytes were sent, the registry has " + said);
      }
      offset = end;
    }
  }

  /** Sends all bytes of a body that does not know how many it has. */
  void stream(Body body) throws IOException {
    long[] sent = new long[1];
    Body counted =
        new Body(
            body.contentType(),
            body.length(),
            body.source(),
            n -> {
              sent[0] += n;
              body.meter().accept(n);
            });
    try (Reply reply = session.send(call("PATCH", location).body(counted))) {
      if (reply.status() != 202 && reply.status() != 201 && reply.status() != 204) {
        throw RegistryException.of(action, reply);
      }
      move(reply);
      if (end(reply, sent[0]) != sent[0]) {
        throw new OutOfStepException("cannot " + action + ": the registry has not all bytes");
      }
      offset = sent[0];
    }
  }

  /**
   * Asks how far the upload came.
   *
   * @return false if the registry does not know it or does not say; one byte means nothing, as
   *     registries say so of an empty one too
   * @throws RegistryException if it may say more later
   */
  boolean ask() throws IOException {
    try (Reply reply = session.send(call("GET", location))) {
      if (Fault.isBusy(reply.status()) || reply.status() == 401) {
        throw RegistryException.of(action, reply);
      }
      long end = end(reply, 0);
      if (reply.status() != 204 || end <= 1) {
        return false;
      }
      move(reply);
      offset = end;
      return true;
    }
  }

  private static long end(Reply reply, long otherwise) {
    Matcher range = RANGE.matcher(reply.header("range").orElse("").strip());
    return range.matches() ? Long.parseLong(range.group(1)) + 1 : otherwise;
  }

  private void move(Reply reply) throws IOException {
    if (reply.header("location").isPresent()) {
      location = OriginPolicy.uploadLocation(reply);
    }
  }

  private Call call(String method, URI url) {
    return Call.of(method, url).sentBy(registry);
  }

  /** Lets the registry forget the session, if it can be told so quickly. */
  void cancel(Waiting waiting) {
    Thread thread = new Thread(() -> delete(waiting), "flint-cancel");
    thread.setDaemon(true);
    // An interrupt is why many uploads end.
    boolean interrupted = Thread.interrupted();
    try {
      thread.start();
      thread.join(CANCEL_LIMIT.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void delete(Waiting waiting) {
    try {
      if (deleted() == 409) {
        // It has not seen yet that the request before this one ended.
        waiting.pass(CANCEL_PAUSE);
        deleted();
      }
    } catch (IOException e) {
      // Then the registry forgets it in its own time.
    }
  }

  private int deleted() throws IOException {
    try (Reply reply = session.send(call("DELETE", location))) {
      return reply.status();
    }
  }
}
