package dev.flint.capstan.pack;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a package's folder stays out of the disk: {@code .capstanignore}, and what Capstan never
 * takes. A pattern is a path from the folder on; {@code *} is anything but a slash, two of them
 * between slashes any folders or none, and {@code /*} at the end all that is below.
 */
final class IgnoreRules {
  private static final List<String> ALWAYS =
      List.of("/meta/*", "/mpm-pkg", "/.git", "/.capstanignore", "/.gitignore", "/volumes");

  private static final int MAX_PATTERNS = 1000;
  private static final int MAX_LENGTH = 1024;

  /** Wildcards of patterns, in the place of a character that no path has. */
  private static final char NAME = 1;

  private static final char PATH = 2;

  private final List<String> patterns = new ArrayList<>();

  private IgnoreRules() {}

  /**
   * Reads the lines of {@code .capstanignore}.
   *
   * @throws FlintException POLICY if they are too many or too long, USAGE for one that would leave
   *     out {@code /meta}
   */
  static IgnoreRules parse(byte[] lines) throws FlintException {
    IgnoreRules rules = new IgnoreRules();
    for (String line : new String(lines, StandardCharsets.UTF_8).lines().toList()) {
      String pattern = line.strip();
      if (!pattern.isEmpty() && !pattern.startsWith("#")) {
        rules.add(pattern);
      }
    }
    ALWAYS.forEach(pattern -> rules.patterns.add(compile(pattern)));
    return rules;
  }

  private void add(String pattern) throws FlintException {
    if (pattern.equals("/meta")) {
      throw new FlintException(
          ErrorCode.USAGE,
          ".capstanignore leaves out /meta",
          "remove that line: without /meta the guest would not know what to run");
    }
    if (patterns.size() == MAX_PATTERNS || pattern.length() > MAX_LENGTH) {
      throw new FlintException(
          ErrorCode.POLICY,
          ".capstanignore has more than %d patterns, or one of more than %d characters"
              .formatted(MAX_PATTERNS, MAX_LENGTH));
    }
    patterns.add(compile(pattern));
  }

  private static String compile(String pattern) {
    String body = pattern.startsWith("^") ? pattern.substring(1) : pattern;
    body = body.endsWith("$") ? body.substring(0, body.length() - 1) : body;
    body = body.replace(NAME, '\0').replace(PATH, '\0').replace("/**/", String.valueOf(PATH));
    if (body.endsWith("/*")) {
      body = body.substring(0, body.length() - 1) + PATH;
    }
    return body.replace('*', NAME);
  }

  /** Whether something is left out, by its path from the folder without a leading slash. */
  boolean ignores(String path) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, "/" + path));
  }

  /** All places in the pattern that the path may have come to, at once: no pattern takes long. */
  private static boolean matches(String pattern, String path) {
    boolean[] at = new boolean[pattern.length() + 1];
    at[0] = true;
    skipWildcards(pattern, at);
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean[] next = new boolean[at.length];
      for (int p = 0; p < pattern.length(); p++) {
        char wanted = pattern.charAt(p);
        if (at[p] && (wanted == PATH || (wanted == NAME && c != '/'))) {
          next[p] = true;
        } else if (at[p] && wanted == c) {
          next[p + 1] = true;
        }
      }
      skipWildcards(pattern, next);
      at = next;
    }
    return at[pattern.length()];
  }

  /** A wildcard may stand for nothing. */
  private static void skipWildcards(String pattern, boolean[] at) {
    for (int p = 0; p < pattern.length(); p++) {
      at[p + 1] |= at[p] && (pattern.charAt(p) == PATH || pattern.charAt(p) == NAME);
    }
  }
}
