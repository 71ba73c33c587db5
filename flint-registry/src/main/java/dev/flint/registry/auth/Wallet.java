package dev.flint.registry.auth;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.http.OriginPolicy;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The credential for one repository of a registry and the tokens got with it. Thread-safe; who
 * wants a token waits while another thread gets one, as it may be the same.
 */
final class Wallet {
  private final AuthTarget target;
  private final CredentialSource credentials;
  private final Optional<String> pin;
  private final TokenClient client;
  private final Clock clock;

  private final List<Authorization> tokens = new ArrayList<>();

  /** What the registry demanded so far, beyond what Flint would have asked for. */
  private Scopes demanded = Scopes.NONE;

  private Optional<Credential> credential = Optional.empty();
  private boolean looked;

  Wallet(
      AuthTarget target,
      CredentialSource credentials,
      Optional<String> pin,
      TokenClient client,
      Clock clock) {
    this.target = target;
    this.credentials = credentials;
    this.pin = pin;
    this.client = client;
    this.clock = clock;
  }

  /**
   * What answers a challenge.
   *
   * @param demand the challenge
   * @param more what it demanded for the request at hand
   * @param needed what the request needs in our eyes
   * @param precious that the request is too long to be made again
   * @param refused what was shown and is no good
   * @return empty if there is nothing to show
   */
  synchronized Optional<Authorization> show(
      Challenge demand,
      Scopes more,
      Scopes needed,
      boolean precious,
      Optional<Authorization> refused)
      throws IOException {
    Optional<Credential> own = credential();
    if (!demand.isBearer()) {
      return own.isPresent() ? Optional.of(basic(own.get())) : Optional.empty();
    }
    if (own.isPresent() && own.get() instanceof Credential.RegistryToken ready) {
      return Optional.of(Authorization.lasting(bearer(ready.token())));
    }
    refused.ifPresent(tokens::remove);
    String service = demand.parameter("service");
    Scopes wanted = more.union(needed);
    Instant now = clock.instant();
    for (Authorization token : tokens) {
      if (token.service().equals(service)
          && token.scopes().covers(wanted)
          && token.lasts(now, precious)) {
        return Optional.of(token);
      }
    }
    URI realm = OriginPolicy.realm(target.base(), demand.parameter("realm"), pin);
    Scopes known = more.union(demanded).bounded();
    boolean pinned = pin.isPresent() && pin.get().equalsIgnoreCase(realm.getRawAuthority());
    Optional<URI> sender = pinned ? Optional.empty() : Optional.of(target.origin());
    TokenRequest request = new TokenRequest(realm, sender, service, known.union(needed));
    Authorization token = client.fetch(request, target.host(), own);
    demanded = known;
    tokens.removeIf(old -> old.isOver(now) || token.scopes().covers(old.scopes()));
    tokens.add(token);
    return Optional.of(token);
  }

  synchronized List<HeldToken> tokens() {
    return tokens.stream()
        .map(token -> new HeldToken(token.scopes(), token.granted(), token.end()))
        .toList();
  }

  private Optional<Credential> credential() throws IOException {
    if (!looked) {
      credential = credentials.find(target.host(), target.repository());
      looked = true;
    }
    return credential;
  }

  private Authorization basic(Credential own) throws FlintException {
    if (own instanceof Credential.Basic user) {
      return Authorization.lasting(user.header());
    }
    throw new FlintException(
        ErrorCode.AUTH,
        target.host() + " wants a password, but what is kept for it is an " + own,
        "log in with flint login " + target.host());
  }

  private String bearer(String token) throws FlintException {
    if (!TokenReply.isFitForAHeader(token)) {
      throw new FlintException(
          ErrorCode.AUTH,
          "the registry token for " + target.host() + " has characters that no header may have",
          "log in with flint login " + target.host());
    }
    return "Bearer " + token;
  }
}
