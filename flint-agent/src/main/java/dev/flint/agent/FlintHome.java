package dev.flint.agent;

import java.nio.file.Path;
import java.util.Map;

/** Where a user's Flint keeps what it has. */
public final class FlintHome {
  private FlintHome() {}

  /** {@code $FLINT_HOME}, else {@code flint} in the XDG data directory. */
  public static Path of(Map<String, String> env) {
    String own = env.getOrDefault("FLINT_HOME", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    String data = env.getOrDefault("XDG_DATA_HOME", "");
    return data.isEmpty()
        ? userHome(env).resolve(".local/share/flint")
        : Path.of(data).resolve("flint");
  }

  /** The folder of the user. */
  public static Path userHome(Map<String, String> env) {
    String home = env.getOrDefault("HOME", "");
    return Path.of(home.isEmpty() ? System.getProperty("user.home", "/") : home);
  }
}
