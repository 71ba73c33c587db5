package dev.flint.agent.kube.node;

import dev.flint.agent.pod.DnsName;
import java.util.regex.Pattern;

/** The form of labels (Kubernetes, "Labels and Selectors"). */
final class LabelText {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

  private LabelText() {}

  /** Requires {@code [PREFIX/]NAME}. */
  static void requireKey(String key) {
    int slash = key.indexOf('/');
    boolean prefixed = slash < 0 || DnsName.isSubdomain(key.substring(0, slash));
    if (!prefixed || !NAME.matcher(key.substring(slash + 1)).matches()) {
      throw new IllegalArgumentException("\"" + key + "\" is no key of a label: [PREFIX/]NAME");
    }
  }

  /** Requires a name, or nothing. */
  static void requireValue(String value) {
    if (!value.isEmpty() && !NAME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "\""
              + value
              + "\" is no value of a label: at most 63 letters, digits, '-', '_' and '.',"
              + " with a letter or digit at both ends");
    }
  }

  /** Whether a text can be a value. */
  static boolean isValue(String text) {
    return NAME.matcher(text).matches();
  }
}
