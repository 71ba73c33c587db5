package dev.flint.registry.auth;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks one place after the other until one answers, and each only once in a run: a helper may ask
 * the user. Thread-safe.
 */
final class CredentialChain implements CredentialSource {
  private final List<CredentialSource> places;
  private final Map<String, Optional<Credential>> answers = new HashMap<>();

  CredentialChain(List<CredentialSource> places) {
    this.places = List.copyOf(places);
  }

  @Override
  public synchronized Optional<Credential> find(String host, String repository) throws IOException {
    // A host holds no slash.
    String key = host + "/" + repository;
    Optional<Credential> known = answers.get(key);
    if (known != null) {
      return known;
    }
    Optional<Credential> found = Optional.empty();
    for (CredentialSource place : places) {
      found = place.find(host, repository);
      if (found.isPresent()) {
        break;
      }
    }
    answers.put(key, found);
    return found;
  }
}
