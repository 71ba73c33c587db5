package dev.flint.registry;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.AuthTarget;
import dev.flint.registry.auth.Authorizer;
import dev.flint.registry.auth.Negotiation;
import dev.flint.registry.auth.Scope;
import dev.flint.registry.auth.Scopes;
import dev.flint.registry.http.Body;
import dev.flint.registry.http.Call;
import dev.flint.registry.http.Http;
import dev.flint.registry.http.OriginPolicy;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * Sends requests to one repository of a registry: with credentials where they belong, again where
 * the registry asks for others, and on to where it redirects a read. Thread-safe.
 *
 * <p>A body of more than 4 MiB is sent once. If it is refused with 401, the 401 is returned, but
 * the refused token is replaced: an upload may begin anew with its POST, once, and a second 401 is
 * final.
 */
final class RegistrySession {
  private static final int MAX_REDIRECTS = 5;

  /** A refused body up to this many bytes is sent again with credentials. */
  private static final long MAX_REPEATED = 4L * 1024 * 1024;

  private final Http http;
  private final Authorizer authorizer;
  private final AuthTarget target;
  private final String repository;
  private final Warnings warnings;

  /**
   * A session.
   *
   * @param repository its name at the registry; empty for requests to no repository
   */
  RegistrySession(
      Http http, Authorizer authorizer, AuthTarget target, String repository, Warnings warnings) {
    this.http = http;
    this.authorizer = authorizer;
    this.target = target;
    this.repository = repository;
    this.warnings = warnings;
  }

  /** The answer of the place that finally gives one. */
  Reply send(Call call) throws IOException {
    return send(call, Scopes.NONE);
  }

  /**
   * The answer of the place that finally gives one.
   *
   * @param more what the request needs beyond its right to this repository, such as reading another
   *     one that a blob is mounted from
   */
  Reply send(Call call, Scopes more) throws IOException {
    Scopes needed = needed(call.method()).union(more);
    Call current = call;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      Reply reply = sendAuthorized(current, needed);
      if (!isRedirect(reply.status())) {
        return warnings.noted(reply);
      }
      try (reply) {
        current = current.to(next(current, reply));
      }
    }
    throw new FlintException(
        ErrorCode.NETWORK, target.host() + " redirects more than " + MAX_REDIRECTS + " times");
  }

  /** Ends all requests that are under way, other sessions' of this client too. */
  void cancel() {
    http.cancel();
  }

  /** A write goes on only where method and body stay what they are, and to the same origin. */
  private static URI next(Call call, Reply reply) throws FlintException {
    boolean kept = reply.status() == 307 || reply.status() == 308;
    if (call.isRead() || kept) {
      URI next = OriginPolicy.location(reply);
      if (call.isRead() || OriginPolicy.sameOrigin(reply.url(), next)) {
        return next;
      }
    }
    throw new FlintException(
        ErrorCode.PROTOCOL,
        reply.url().getAuthority() + " redirects a " + call.method() + ", which is not followed");
  }

  private Scopes needed(String method) {
    if (repository.isEmpty()) {
      return Scopes.NONE;
    }
    return Scopes.of(
        switch (method) {
          case "GET", "HEAD" -> Scope.repository(repository, "pull");
          case "DELETE" -> Scope.repository(repository, "delete");
          default -> Scope.repository(repository, "pull", "push");
        });
  }

  private static boolean isLong(long length) {
    return length == Body.UNKNOWN || length > MAX_REPEATED;
  }

  private Reply sendAuthorized(Call call, Scopes needed) throws IOException {
    if (!OriginPolicy.sameOrigin(call.url(), target.origin())) {
      // Only an answer can have named another place.
      return http.send(call.via().isEmpty() ? call.sentBy(target.origin()) : call);
    }
    boolean once = call.body().map(Body::length).map(RegistrySession::isLong).orElse(false);
    Negotiation negotiation = authorizer.negotiate(target, needed, once);
    while (true) {
      Optional<String> header = negotiation.header();
      Reply reply =
          http.send(header.isPresent() ? call.header("Authorization", header.get()) : call);
      if (!isWorthAnotherTry(negotiation, reply) || once) {
        return reply;
      }
      reply.close();
    }
  }

  private static boolean isWorthAnotherTry(Negotiation negotiation, Reply reply)
      throws IOException {
    try {
      return negotiation.isWorthAnotherTry(reply);
    } catch (IOException | RuntimeException | Error e) {
      reply.close();
      throw e;
    }
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }
}
