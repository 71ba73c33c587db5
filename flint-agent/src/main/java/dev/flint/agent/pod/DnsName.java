package dev.flint.agent.pod;

/**
 * The forms of names in Kubernetes (RFC 1123): no name of such a form can leave a folder, or be
 * mistaken for an option.
 */
public final class DnsName {
  /** What a label is, for errors. */
  static final String LABEL_RULE =
      "must be at most 63 lower-case letters, digits and '-', with a letter or digit at both ends";

  /** What a subdomain is, for errors. */
  public static final String SUBDOMAIN_RULE =
      "must be at most 253 lower-case letters, digits, '-' and '.',"
          + " with a letter or digit at both ends of each part";

  private DnsName() {}

  static boolean isLabel(String text) {
    return text.length() <= 63 && isPart(text, 0, text.length());
  }

  /** Whether a text is a subdomain. */
  public static boolean isSubdomain(String text) {
    if (text.length() > 253) {
      return false;
    }
    int start = 0;
    while (true) {
      int dot = text.indexOf('.', start);
      if (!isPart(text, start, dot < 0 ? text.length() : dot)) {
        return false;
      }
      if (dot < 0) {
        return true;
      }
      start = dot + 1;
    }
  }

  private static boolean isPart(String text, int start, int end) {
    if (start == end || text.charAt(start) == '-' || text.charAt(end - 1) == '-') {
      return false;
    }
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
        return false;
      }
    }
    return true;
  }
}
