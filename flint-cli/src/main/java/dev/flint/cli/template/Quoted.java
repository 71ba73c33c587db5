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
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      i++;
      text.append(
          switch (inner.charAt(i)) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case '\\' -> '\\';
            case '"' -> '"';
            default -> throw tokens.wrong("has \\" + inner.charAt(i) + " in a string");
          });
    }
    return text.toString();
  }
}
