package dev.flint.registry.auth;

import java.util.Optional;
import java.util.function.Consumer;

/** A credential that the user gave for one registry, which no other gets to see. */
final class GivenCredential implements CredentialSource {
  private static final String PLACE = "--username";

  private final String host;
  private final Credential credential;
  private final Consumer<Lookup> told;

  GivenCredential(String host, Credential credential, Consumer<Lookup> told) {
    this.host = host;
    this.credential = credential;
    this.told = told;
  }

  @Override
  public Optional<Credential> find(String asked, String repository) {
    Optional<Credential> found =
        AuthKeys.same(asked, host) ? Optional.of(credential) : Optional.empty();
    told.accept(Lookup.answered(PLACE, found));
    return found;
  }
}
