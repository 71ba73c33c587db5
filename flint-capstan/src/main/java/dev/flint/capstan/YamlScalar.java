package dev.flint.capstan;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A string as a YAML value in block context, quoted where Capstan's writer quotes: double where the
 * plain text would be another type or hold unprintable characters, single where it would be YAML
 * syntax, else not at all.
 */
final class YamlScalar {
  private static final Set<String> WORDS_OF_OTHER_TYPES =
      Set.of(
          "", "~", "null", "Null", "NULL", "<<", //
          "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", //
          "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Pattern NUMBER =
      Pattern.compile(
          "[-+]?(?:\\.[0-9_]+|[0-9][0-9_]*(?:\\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
              + "|[-+]?0(?:[xX][0-9a-fA-F_]+|[oO]?[0-7_]+|[bB][01_]+)"
              + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");
  private static final Pattern SEXAGESIMAL =
      Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?");

  /** A date, or a date and a time with seconds; Capstan's friendly time has none. */
  private static final Pattern TIMESTAMP =
      Pattern.compile(
          "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
              + "(?:[Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\\.[0-9]+)?"
              + "(?: ?(?:[Zz]|[-+][0-9]{1,2}(?::[0-9]{2})?))?)?");

  private static final String INDICATORS_AT_START = "#,[]{}&*!|>'\"%@`";

  private YamlScalar() {}

  static String of(String text) {
    if (isOfOtherType(text) || text.codePoints().anyMatch(c -> !isPrintable(c))) {
      return doubleQuoted(text);
    }
    return isSyntax(text) ? "'" + text.replace("'", "''") + "'" : text;
  }

  private static boolean isOfOtherType(String text) {
    return WORDS_OF_OTHER_TYPES.contains(text)
        || NUMBER.matcher(text).matches()
        || SEXAGESIMAL.matcher(text).matches()
        || TIMESTAMP.matcher(text).matches();
  }

  private static boolean isSyntax(String text) {
    char first = text.charAt(0);
    boolean startsAsSyntax =
        INDICATORS_AT_START.indexOf(first) >= 0
            || ((first == '-' || first == '?' || first == ':')
                && (text.length() == 1 || text.charAt(1) == ' '))
            || text.startsWith("---")
            || text.startsWith("...");
    return startsAsSyntax
        || first == ' '
        || text.endsWith(" ")
        || text.endsWith(":")
        || text.contains(": ")
        || text.contains(" #");
  }

  /** Whether the character may stand in a file as it is; line breaks and tabs may not. */
  private static boolean isPrintable(int c) {
    return (c >= 0x20 && c <= 0x7e)
        || (c >= 0xa0 && c < 0xd800 && c != 0x2028 && c != 0x2029)
        || (c >= 0xe000 && c <= 0xfffd && c != 0xfeff);
  }

  private static String doubleQuoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints().forEach(c -> appendEscaped(out, c));
    return out.append('"').toString();
  }

  private static void appendEscaped(StringBuilder out, int c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else if (c >= 0xd800 && c <= 0xdfff) {
          // Half a surrogate pair has no encoding at all.
          out.append('\ufffd');
        } else if (c <= 0xff) {
          out.append(String.format("\\x%02X", c));
        } else if (c <= 0xffff) {
          out.append(String.format("\\u%04X", c));
        } else {
          out.append(String.format("\\U%08X", c));
        }
      }
    }
  }
}
