package dev.flint.agent.pod;

import dev.flint.oci.error.FlintException;

/** Paths in documents. */
final class PathRules {
  /** What a path in a volume is, for errors. */
  static final String INSIDE_RULE = "must be a relative path without '..'";

  private static final int MAX_LENGTH = 4096;

  private PathRules() {}

  /** An absolute path without {@code .}, {@code ..} and doubled slashes, not the root. */
  static String absolute(Fields fields, String member) throws FlintException {
    String path = fields.required(member);
    if (!path.startsWith("/") || path.length() > MAX_LENGTH || !isPlain(path)) {
      throw fields.bad(member, "must be an absolute path without '..'");
    }
    StringBuilder out = new StringBuilder();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        throw fields.bad(member, "must be an absolute path without '..'");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        out.append('/').append(part);
      }
    }
    if (out.length() == 0) {
      throw fields.bad(member, "must not be the root folder");
    }
    return out.toString();
  }

  /** Whether a path stays where it starts and does not begin like a folder of the kubelet's own. */
  static boolean isInside(String path) {
    if (path.isEmpty() || path.startsWith("/") || path.startsWith("..") || !isPlain(path)) {
      return false;
    }
    if (path.length() > MAX_LENGTH) {
      return false;
    }
    for (String part : path.split("/", -1)) {
      if (part.equals("..") || part.length() > 255) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) < ' ' || path.charAt(i) == 0x7f) {
        return false;
      }
    }
    return true;
  }
}
