package dev.flint.registry.auth;

import dev.flint.registry.http.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers a registry's demand for credentials. They are shown to an origin only after it asked, and
 * then with every request to it. Tokens (Bearer) have their place here too. Thread-safe.
 */
public final class BasicAuth {
  private final DockerConfigFile config;
  private final ConcurrentHashMap<String, String> headers = new ConcurrentHashMap<>();

  /** Takes credentials from a file. */
  public BasicAuth(DockerConfigFile config) {
    this.config = config;
  }

  /** The Authorization header for a registry that asked before. */
  public Optional<String> header(String host) {
    return Optional.ofNullable(headers.get(host));
  }

  /**
   * Answers a 401.
   *
   * @return the header to try again with; empty if there is nothing new to show
   */
  public Optional<String> answer(String host, Reply challenge) throws IOException {
    if (headers.containsKey(host) || !asksFor("basic", challenge)) {
      return Optional.empty();
    }
    Optional<String> header = config.find(host).map(Credential::basic);
    header.ifPresent(value -> headers.put(host, value));
    return header;
  }

  /** Whether a reply challenges for a scheme, given in lower case. */
  public static boolean asksFor(String scheme, Reply challenge) {
    List<String> challenges = challenge.headers().getOrDefault("www-authenticate", List.of());
    return challenges.stream()
        .map(text -> text.strip().toLowerCase(Locale.ROOT))
        .anyMatch(text -> text.startsWith(scheme) || text.contains(", " + scheme + " "));
  }
}
