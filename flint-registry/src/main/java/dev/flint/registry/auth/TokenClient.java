package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.registry.http.Http;
import dev.flint.registry.http.Reply;
import dev.flint.registry.http.WebPage;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Gets tokens from token servers. Follows no redirect. Thread-safe. */
final class TokenClient {
  private static final int MAX_BYTES = 64 * 1024;

  private final Http http;
  private final Clock clock;

  TokenClient(Http http, Clock clock) {
    this.http = http;
    this.clock = clock;
  }

  /**
   * Gets one.
   *
   * @param host the registry it is for, as in a reference
   * @throws FlintException AUTH if the token server refuses the credential, NETWORK if it cannot be
   *     reached or fails, PROTOCOL if it answers something else than a token
   */
  Authorization fetch(TokenRequest request, String host, Optional<Credential> credential)
      throws IOException {
    // Before it is sent: a token's life may be over sooner than the clock here says, not later.
    Instant begin = clock.instant();
    try (Reply reply = send(request, credential)) {
      String server = request.realm().getAuthority();
      if (reply.status() != 200) {
        throw refusal(server, host, reply, credential.isPresent());
      }
      byte[] bytes = reply.body().readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new FlintException(
            ErrorCode.POLICY, "the answer of token server " + server + " is longer than 64 KiB");
      }
      WebPage.refuse(reply, bytes, "get a token for " + host);
      TokenReply token = TokenReply.parse(bytes, server);
      return new Authorization(
          "Bearer " + token.token(),
          request.service(),
          request.scopes(),
          begin,
          begin.plus(token.life()));
    } catch (LostConnectionException e) {
      throw new TokenServerLostException(e);
    }
  }

  /** Some servers know only the older way, some only the newer one. */
  private Reply send(TokenRequest request, Optional<Credential> credential) throws IOException {
    if (credential.isPresent() && credential.get() instanceof Credential.IdentityToken identity) {
      Reply reply = http.send(request.refresh(identity.token()));
      if (!isMissing(reply)) {
        return reply;
      }
      reply.close();
      return http.send(request.get(Optional.of(new Credential.Basic("", identity.token()))));
    }
    Optional<Credential.Basic> user =
        credential.filter(Credential.Basic.class::isInstance).map(Credential.Basic.class::cast);
    Reply reply = http.send(request.get(user));
    if (user.isEmpty() || !isMissing(reply)) {
      return reply;
    }
    reply.close();
    return http.send(request.password(user.get()));
  }

  private static boolean isMissing(Reply reply) {
    return reply.status() == 404 || reply.status() == 405;
  }

  /** Does not quote the server, which may repeat to us what we told it. */
  private static FlintException refusal(String server, String host, Reply reply, boolean known) {
    int status = reply.status();
    String message = "token server " + server + " of " + host + " answered " + status;
    return switch (status) {
      case 400, 401, 403 ->
          known
              ? new FlintException(
                  ErrorCode.AUTH,
                  message + " to the credentials for " + host,
                  "check them, or renew them with flint login " + host)
              : new FlintException(
                  ErrorCode.AUTH,
                  message + " to a request without credentials",
                  "log in with flint login " + host);
      case 408, 425, 429, 499 -> busy(message, "wait and try again", reply);
      default ->
          status >= 500
              ? busy(message, "try again later", reply)
              : new FlintException(ErrorCode.PROTOCOL, message);
    };
  }

  private static FlintException busy(String message, String remedy, Reply reply) {
    return new TokenServerBusyException(message, remedy, reply.header("retry-after").orElse(""));
  }
}
