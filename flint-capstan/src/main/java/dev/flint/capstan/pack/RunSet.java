package dev.flint.capstan.pack;

import java.util.NavigableMap;

/**
 * One way to run a package.
 *
 * @param base the set of another package whose command it is, as {@code PACKAGE:SET}, or empty
 * @param command what the guest runs, where there is no base
 * @param environment variables that are set unless they are
 */
record RunSet(String base, String command, NavigableMap<String, String> environment) {
  /** The package of the base. */
  String basePackage() {
    return base.substring(0, base.indexOf(':'));
  }

  String baseSet() {
    return base.substring(base.indexOf(':') + 1);
  }
}
