package dev.flint.registry.auth;

import dev.flint.oci.Reference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The names under which the files and helpers of Docker and containers/image know a registry. */
final class AuthKeys {
  private static final String HUB_KEY = "https://index.docker.io/v1/";
  private static final String HUB = "docker.io";
  private static final String INDEX = "index.docker.io";

  private AuthKeys() {}

  private static boolean isHub(String host) {
    return host.equals(HUB) || host.equals(INDEX) || host.equals("registry-1.docker.io");
  }

  /** The one name to write, which every reader understands. */
  static String primary(String host) {
    return isHub(host) ? HUB_KEY : host;
  }

  /** Whether two texts, in any case, name the same registry. */
  static boolean same(String host, String other) {
    return primary(host.toLowerCase(Locale.ROOT)).equals(primary(other.toLowerCase(Locale.ROOT)));
  }

  /** The registry that a name is of, or of whose namespace; empty for what is no name of one. */
  static Optional<String> hostOf(String key) {
    String bare = key.replaceFirst("^https?://", "");
    int slash = bare.indexOf('/');
    String host = (slash < 0 ? bare : bare.substring(0, slash)).toLowerCase(Locale.ROOT);
    try {
      return Optional.of(isHub(host) ? HUB : Reference.parseHost(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The names of a registry among {@code credHelpers}, which have no paths. */
  static List<String> ofHelper(String host) {
    return isHub(host) ? List.of(HUB_KEY, HUB, INDEX) : List.of(host);
  }

  /** All names of a registry as such, the usual ones first. */
  static Set<String> ofHost(String host) {
    if (isHub(host)) {
      return new LinkedHashSet<>(ofHelper(host));
    }
    Set<String> keys = new LinkedHashSet<>(List.of(host));
    for (String scheme : List.of("https://", "http://", "")) {
      for (String path : List.of("", "/", "/v1/", "/v1", "/v2/", "/v2")) {
        keys.add(scheme + host + path);
      }
    }
    return keys;
  }

  /**
   * All names under which a repository may have an entry: its own, those of the namespaces it is
   * in, the longest first, then the registry's.
   *
   * @param repository may be empty
   */
  static List<String> of(String host, String repository) {
    boolean hub = isHub(host);
    String path =
        hub && !repository.isEmpty() && repository.indexOf('/') < 0
            ? "library/" + repository
            : repository;
    List<String> keys = new ArrayList<>();
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      keys.add((hub ? HUB : host) + "/" + path.substring(0, end));
    }
    keys.addAll(ofHost(host));
    return keys;
  }
}
