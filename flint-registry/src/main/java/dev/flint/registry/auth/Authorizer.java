package dev.flint.registry.auth;

import dev.flint.registry.http.Call;
import dev.flint.registry.http.Http;
import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers registries' demands for credentials (the distribution project's token specification).
 * Nothing is shown to an origin that never asked. One per run; thread-safe.
 */
public final class Authorizer {
  private final Http http;
  private final CredentialSource credentials;
  private final RealmPins pins;
  private final Clock clock;
  private final TokenClient client;

  private final Map<URI, Challenge> demands = new ConcurrentHashMap<>();
  private final Map<AuthTarget, Wallet> wallets = new ConcurrentHashMap<>();

  /**
   * Without any knowledge of registries yet.
   *
   * @param http for token servers
   * @param clock tells when tokens are over
   */
  public Authorizer(Http http, CredentialSource credentials, RealmPins pins, Clock clock) {
    this.http = http;
    this.credentials = credentials;
    this.pins = pins;
    this.clock = clock;
    this.client = new TokenClient(http, clock);
  }

  /**
   * Begins to talk about one request. If the registry is known to want it, a token may be got right
   * now.
   *
   * @param needed what the request needs
   * @param precious that the request is too long to be made again, so that a token must not end
   *     soon
   */
  public Negotiation negotiate(AuthTarget target, Scopes needed, boolean precious)
      throws IOException {
    Optional<Challenge> demand = demand(target);
    Optional<Authorization> shown =
        demand.isEmpty()
            ? Optional.empty()
            : wallet(target).show(demand.get(), Scopes.NONE, needed, precious, Optional.empty());
    return new Negotiation(this, target, needed, precious, shown);
  }

  /** The tokens in use for a repository, without what makes them valuable. */
  public List<HeldToken> tokens(AuthTarget target) {
    return wallet(target).tokens();
  }

  /** What a registry wanted last. */
  Optional<Challenge> demand(AuthTarget target) {
    return Optional.ofNullable(demands.get(target.origin()));
  }

  void remember(AuthTarget target, Challenge demand) {
    demands.put(target.origin(), demand);
  }

  /** What a registry wants of those who come to its door; some say so only there. */
  Optional<Challenge> ask(AuthTarget target) throws IOException {
    try (Reply reply = http.send(Call.of("GET", target.base()))) {
      return Challenge.best(Challenge.of(reply));
    }
  }

  Wallet wallet(AuthTarget target) {
    return wallets.computeIfAbsent(
        target, key -> new Wallet(key, credentials, pins.of(key.host()), client, clock));
  }

  Instant now() {
    return clock.instant();
  }
}
