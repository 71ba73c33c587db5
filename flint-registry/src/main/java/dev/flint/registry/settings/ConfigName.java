package dev.flint.registry.settings;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that can be configured.
 *
 * @param host {@code HOST[:PORT]} as the settings know it; empty if it is not about a registry
 */
public record ConfigName(String host, ConfigKey key) implements Comparable<ConfigName> {
  static final String REGISTRIES = "registries";

  /** About no registry. */
  static ConfigName of(ConfigKey key) {
    return new ConfigName("", key);
  }

  /** About a registry, whatever it is called. */
  static ConfigName of(String host, ConfigKey key) {
    return new ConfigName(RegistrySettings.key(host.toLowerCase(Locale.ROOT)), key);
  }

  /**
   * Parses {@code KEY} or {@code registries.HOST.KEY}. A host has dots of its own, a key has none.
   *
   * @throws IllegalArgumentException if there is no such thing, naming the most similar
   */
  public static ConfigName parse(String text) {
    if (!text.startsWith(REGISTRIES + ".")) {
      return of(key(text, text, false));
    }
    String rest = text.substring(REGISTRIES.length() + 1);
    int dot = rest.lastIndexOf('.');
    String host = rest.substring(0, Math.max(0, dot));
    if (host.isEmpty() || !AuthRealm.isHost(host)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" names no registry; give registries.HOST[:PORT].KEY");
    }
    return of(host, key(text, rest.substring(dot + 1), true));
  }

  private static ConfigKey key(String text, String word, boolean ofRegistry) {
    List<ConfigKey> keys = ConfigKey.all(ofRegistry);
    for (ConfigKey key : keys) {
      if (key.word().equals(word)) {
        return key;
      }
    }
    List<String> words = keys.stream().map(ConfigKey::word).toList();
    Optional<String> meant = SimilarWord.to(word, words);
    throw new IllegalArgumentException(
        "unknown key "
            + text
            + meant
                .map(
                    one ->
                        "; did you mean " + text.substring(0, text.length() - word.length()) + one)
                .orElseGet(() -> "; known are " + String.join(", ", words)));
  }

  @Override
  public int compareTo(ConfigName other) {
    return toString().compareTo(other.toString());
  }

  /** As {@link #parse} takes it. */
  @Override
  public String toString() {
    return host.isEmpty() ? key.word() : REGISTRIES + "." + host + "." + key.word();
  }
}
