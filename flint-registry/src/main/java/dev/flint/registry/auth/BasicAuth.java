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
  private final CredentialSource credentials;
  private final ConcurrentHashMap<String, String> headers = new ConcurrentHashMap<>();

  /** Takes credentials from somewhere. */
  public BasicAuth(CredentialSource credentials) {
    this.credentials = credentials;
  }

  /** The Authorization header for a registry that asked before. */
  public Optional<String> header(String host) {
    return Optional.ofNullable(headers.get(host));
  }

  /**
   * Answers a 401.
   *
   * @return the header for this registry, which may be the one that was just refused; empty if
   *     there is nothing to show
   */
  public Optional<String> answer(String host, Reply challenge) throws IOException {
    if (!asksFor("basic", challenge)) {
      return Optional.empty();
    }
    Optional<String> header = header(host);
    if (header.isEmpty()) {
      header =
          credentials
              .find(host, "")
              .filter(Credential.Basic.class::isInstance)
              .map(found -> ((Credential.Basic) found).header());
      header.ifPresent(value -> headers.put(host, value));
    }
    return header;
  }

  /** Whether a reply challenges for a scheme, given in lower case. */
  public static boolean asksFor(String scheme, Reply challenge) {
    List<String> challenges = challenge.headers().getOrDefault("www-authenticate", List.of());
    return challenges.stream()
        .flatMap(text -> List.of(withoutQuotes(text).split(",")).stream())
        .map(part -> part.strip().toLowerCase(Locale.ROOT))
        .anyMatch(part -> part.equals(scheme) || part.startsWith(scheme + " "));
  }

  /** A realm may hold anything, also what looks like another challenge. */
  private static String withoutQuotes(String text) {
    StringBuilder out = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && c == '\\') {
        i++;
      } else if (!quoted) {
        out.append(c);
      }
    }
    return out.toString();
  }
}
