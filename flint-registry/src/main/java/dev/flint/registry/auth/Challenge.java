package dev.flint.registry.auth;

import dev.flint.registry.http.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a registry says it wants to see, from {@code WWW-Authenticate} (RFC 9110, 11.3).
 *
 * @param scheme in lower case
 * @param parameters by lower-case name
 */
public record Challenge(String scheme, Map<String, String> parameters) {
  /** Copies the parameters. */
  public Challenge {
    parameters = Map.copyOf(parameters);
  }

  /** All challenges of a reply, in its order; what makes no sense is passed over. */
  public static List<Challenge> of(Reply reply) {
    return reply.headers().getOrDefault("www-authenticate", List.of()).stream()
        .flatMap(header -> new ChallengeParser(header).parse().stream())
        .toList();
  }

  /** The one Flint answers: a token is better than a password. */
  static Optional<Challenge> best(List<Challenge> challenges) {
    return challenges.stream()
        .filter(Challenge::isBearer)
        .findFirst()
        .or(() -> challenges.stream().filter(one -> one.scheme.equals("basic")).findFirst());
  }

  /** Whether it wants a token and says where they are given. */
  boolean isBearer() {
    return scheme.equals("bearer") && !parameter("realm").isBlank();
  }

  /** A parameter, empty if it is missing. */
  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  /** The rights it demands. */
  Scopes scopes() {
    return Scopes.parse(parameter("scope"));
  }

  /** Whether the token that was shown is good, but not for this. */
  public boolean wantsMoreRights() {
    return parameter("error").equals("insufficient_scope");
  }
}
