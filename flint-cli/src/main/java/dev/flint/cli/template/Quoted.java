package dev.flint.cli.template;

import dev.flint.oci.error.FlintException;

/** Strings of templates. */
final class Quoted {
  private Quoted() {}

  /** What a string in quotes stands for; nothing is special between back quotes. */
  static String text(String quoted, Tokens tokens) throws FlintException {
    String inner = quoted.substring(1, quoted.length() - 1);
    if (quoted.charAt(0) == '`' || inner.indexOf('\\') < 0) {
      return inner;
    }
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < inner.length()) {
      boolean escaped = inner.charAt(i) == '\\';
      char c = inner.charAt(escaped ? i + 1 : i);
      text.append(escaped ? meaning(c, tokens) : c);
      i += escaped ? 2 : 1;
    }
    return text.toString();
  }

  private static char meaning(char c, Tokens tokens) throws FlintException {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case '\\', '"' -> c;
      default -> throw tokens.wrong("has \\" + c + " in a string");
    };
  }
}
