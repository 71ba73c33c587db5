package dev.flint.registry.settings;

import dev.flint.oci.Reference;
import java.util.Locale;

/**
 * Where a registry's token server may be, if that is not the registry itself.
 *
 * @param host {@code HOST[:PORT]} in lower case
 */
public record AuthRealm(String host) {
  /**
   * Parses {@code HOST[:PORT]}, or the https URL that a registry names.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static AuthRealm parse(String text) {
    String rest = text.startsWith("https://") ? text.substring("https://".length()) : text;
    int slash = rest.indexOf('/');
    String host = slash < 0 ? rest : rest.substring(0, slash);
    if (!isHost(host)) {
      throw new IllegalArgumentException("not a host: \"" + text + "\"");
    }
    return new AuthRealm(host.toLowerCase(Locale.ROOT));
  }

  /** Whether it can be the host of a reference; here also without a dot and a port. */
  static boolean isHost(String text) {
    try {
      boolean marked = text.contains(":") || text.contains(".") || text.equals("localhost");
      return Reference.parse((marked ? text : text + ".x") + "/x").repository().equals("x");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
