package dev.flint.registry.server;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A password as {@code htpasswd -B} keeps it.
 *
 * @param text the modular crypt form, {@code $2y$COST$...}
 * @param cost the logarithm of the work to check it, 4 to 31
 */
record BcryptHash(String text, int cost) {
  private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");

  /** Reads the modular crypt form; empty if it is of another algorithm or malformed. */
  static Optional<BcryptHash> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int cost = Integer.parseInt(matcher.group(1));
    return cost < BCrypt.MIN_COST || cost > BCrypt.MAX_COST
        ? Optional.empty()
        : Optional.of(new BcryptHash(text, cost));
  }

  /**
   * Whether this is the hash of the password, told in a time that does not depend on where they
   * differ. As everywhere with bcrypt, only the first 72 bytes count.
   */
  boolean matches(byte[] password) {
    BCrypt.Version version = BCrypt.Version.VERSION_2Y;
    return BCrypt.verifyer(version, LongPasswordStrategies.truncate(version))
        .verify(password, text.getBytes(StandardCharsets.US_ASCII))
        .verified;
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "bcrypt of cost " + cost;
  }
}
