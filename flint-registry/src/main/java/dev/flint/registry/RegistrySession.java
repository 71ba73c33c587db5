package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.BasicAuth;
import dev.flint.registry.http.Body;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Http;
import dev.flint.registry.http.OriginPolicy;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * Sends requests to one registry: with credentials where they belong, once again where it asks for
 * them, and on to where it redirects a read. Thread-safe.
 */
final class RegistrySession {
  private static final int MAX_REDIRECTS = 5;

  /**
   * A refused body up to this many bytes is sent again with credentials. Longer ones follow a
   * request that would have been refused first.
   */
  private static final long MAX_REPEATED = 4L * 1024 * 1024;

  private final Http http;
  private final BasicAuth auth;
  private final String host;
  private final URI origin;

  RegistrySession(Http http, BasicAuth auth, String host, URI origin) {
    this.http = http;
    this.auth = auth;
    this.host = host;
    this.origin = origin;
  }

  /** The answer of the place that finally gives one. */
  Reply send(Call call) throws IOException {
    Call current = call;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      Reply reply = sendAuthorized(current);
      if (!isRedirect(reply.status())) {
        return reply;
      }
      try (reply) {
        if (!current.isRead()) {
          throw new FlintException(
              ErrorCode.PROTOCOL,
              reply.url().getAuthority()
                  + " redirects a "
                  + call.method()
                  + ", which is not followed");
        }
        current = current.to(OriginPolicy.location(reply));
      }
    }
    throw new FlintException(
        ErrorCode.NETWORK, host + " redirects more than " + MAX_REDIRECTS + " times");
  }

  /** Ends all requests that are under way, other sessions' of this client too. */
  void cancel() {
    http.cancel();
  }

  private Reply sendAuthorized(Call call) throws IOException {
    if (!OriginPolicy.sameOrigin(call.url(), origin)) {
      return http.send(call);
    }
    Optional<String> shown = auth.header(host);
    Reply reply = http.send(shown.isPresent() ? call.header("Authorization", shown.get()) : call);
    if (reply.status() != 401 || call.body().map(Body::length).orElse(0L) > MAX_REPEATED) {
      return reply;
    }
    Optional<String> answer;
    try {
      answer = auth.answer(host, reply);
    } catch (IOException e) {
      reply.close();
      throw e;
    }
    if (answer.isEmpty() || answer.equals(shown)) {
      return reply;
    }
    reply.close();
    return http.send(call.header("Authorization", answer.get()));
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }
}
