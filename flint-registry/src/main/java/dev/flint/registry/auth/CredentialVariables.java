package dev.flint.registry.auth;

import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.registry.auth.Lookup.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * {@code FLINT_USERNAME} and {@code FLINT_PASSWORD}, for CI. They are for one registry: the one in
 * {@code FLINT_REGISTRY}, else the only one that the user's command names. No other gets to see
 * them, whoever leads us there.
 */
final class CredentialVariables implements CredentialSource {
  private static final String USERNAME = "FLINT_USERNAME";
  private static final String PASSWORD = "FLINT_PASSWORD";
  private static final String REGISTRY = "FLINT_REGISTRY";
  private static final String PLACE = USERNAME + ", " + PASSWORD;

  private final Map<String, String> env;
  private final Set<String> named;
  private final Consumer<Lookup> told;

  /**
   * The variables of an environment.
   *
   * @param named the registries that the command names
   */
  CredentialVariables(Map<String, String> env, Set<String> named, Consumer<Lookup> told) {
    this.env = env;
    this.named = named;
    this.told = told;
  }

  @Override
  public Optional<Credential> find(String host, String repository) throws FlintException {
    String username = env.getOrDefault(USERNAME, "");
    String password = env.getOrDefault(PASSWORD, "");
    if (username.isEmpty() && password.isEmpty()) {
      return nothing(Outcome.ABSENT, "not set");
    }
    if (username.isEmpty() || password.isEmpty()) {
      throw new FlintException(
          ErrorCode.AUTH,
          (username.isEmpty() ? USERNAME : PASSWORD)
              + " is not set, though the other of the two is",
          "set both or none");
    }
    String registry = env.getOrDefault(REGISTRY, "");
    if (registry.isEmpty() && named.size() > 1) {
      return nothing(
          Outcome.WARNING,
          "not used, as the command names several registries; set " + REGISTRY + " to one");
    }
    boolean meant =
        registry.isEmpty()
            ? named.stream().anyMatch(name -> AuthKeys.same(name, host))
            : AuthKeys.same(checked(registry), host);
    if (!meant) {
      return nothing(
          Outcome.NOTHING, "for " + (registry.isEmpty() ? "another registry" : registry) + " only");
    }
    Optional<Credential> found = Optional.of(new Credential.Basic(username, password));
    told.accept(Lookup.answered(PLACE, found));
    return found;
  }

  private Optional<Credential> nothing(Outcome outcome, String detail) {
    told.accept(new Lookup(PLACE, outcome, detail));
    return Optional.empty();
  }

  /** What could match nothing would be silent anonymity. */
  private static String checked(String registry) throws FlintException {
    try {
      return Reference.parseHost(registry);
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.AUTH, REGISTRY + " is " + e.getMessage(), e);
    }
  }
}
