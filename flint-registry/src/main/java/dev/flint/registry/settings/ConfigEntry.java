package dev.flint.registry.settings;

/**
 * One setting in a file.
 *
 * @param value checked; lists with commas
 */
record ConfigEntry(ConfigName name, String value, Place at) {
  /**
   * Where it stands.
   *
   * @param line of the key, from 1
   * @param column of the key, from 0
   * @param start of the value, in code points from the start of the text
   * @param end after the value
   */
  record Place(int line, int column, int start, int end) {}
}
