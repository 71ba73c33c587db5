package dev.flint.cli.template;

import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.List;

/** Cuts a template at its braces. */
final class Pieces {
  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";

  private Pieces() {}

  static List<Piece> of(String template) throws FlintException {
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    boolean trim = false;
    while (at < template.length()) {
      int open = template.indexOf(OPEN, at);
      String text = template.substring(at, open < 0 ? template.length() : open);
      boolean trimEnd = open >= 0 && isTrimmed(template, open + OPEN.length());
      text = trim ? text.stripLeading() : text;
      text = trimEnd ? text.stripTrailing() : text;
      if (!text.isEmpty()) {
        // As docker does, since a shell has no easy way to write these.
        pieces.add(new Piece(false, text.replace("\\n", "\n").replace("\\t", "\t"), at + 1));
      }
      if (open < 0) {
        break;
      }
      int from = open + OPEN.length() + (trimEnd ? 1 : 0);
      int close = end(template, from);
      trim = close - from > 1 && template.startsWith(" -", close - 2);
      String action = template.substring(from, trim ? close - 2 : close).strip();
      if (!action.startsWith("/*")) {
        pieces.add(new Piece(true, action, open + 1));
      } else if (!action.endsWith("*/")) {
        throw Template.wrong("has a comment without end at character " + (open + 1));
      }
      at = close + CLOSE.length();
    }
    return pieces;
  }

  /** A minus and a blank after the braces take away the blanks before them. */
  private static boolean isTrimmed(String template, int at) {
    return template.startsWith("-", at)
        && at + 1 < template.length()
        && Character.isWhitespace(template.charAt(at + 1));
  }

  /** Where an action ends; braces within its strings do not end it. */
  private static int end(String template, int from) throws FlintException {
    char quote = 0;
    for (int i = from; i < template.length(); i++) {
      char c = template.charAt(i);
      if (quote != 0) {
        if (c == '\\' && quote == '"') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (template.startsWith("/*", i)) {
        int end = template.indexOf("*/", i + 2);
        i = end < 0 ? template.length() : end + 1;
      } else if (c == '"' || c == '`') {
        quote = c;
      } else if (template.startsWith(CLOSE, i)) {
        return i;
      }
    }
    throw Template.wrong("has {{ without }} at character " + (from - 1));
  }
}
