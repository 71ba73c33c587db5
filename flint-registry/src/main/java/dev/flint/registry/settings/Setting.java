package dev.flint.registry.settings;

/**
 * What holds, and who says so.
 *
 * @param value empty if there is none
 * @param place the file or variable; empty for a default
 * @param line in the file, from 1; else 0
 */
public record Setting(ConfigName name, String value, Origin origin, String place, int line) {
  /** Where a value can come from, the weakest first. */
  public enum Origin {
    /** Nobody set it. */
    DEFAULT,
    /** The user's own file. */
    USER,
    /** The file of the project that is worked in. */
    PROJECT,
    /** A variable of the environment. */
    ENVIRONMENT
  }

  static Setting usual(ConfigKey key) {
    return new Setting(ConfigName.of(key), key.usual(), Origin.DEFAULT, "", 0);
  }

  static Setting of(ConfigEntry entry, Origin origin, ConfigText file) {
    return new Setting(
        entry.name(), entry.value(), origin, file.file().toString(), entry.at().line());
  }

  /** Whether anybody set it. */
  public boolean isSet() {
    return origin != Origin.DEFAULT;
  }

  /** Where it comes from, for people. */
  public String from() {
    return isSet() ? place + (line > 0 ? ":" + line : "") : "default";
  }
}
