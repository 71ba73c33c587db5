package dev.flint.cli.console;

/**
 * How much room text takes on a terminal. Terminals do not agree about every character; none is
 * taken for narrower than it is.
 */
final class Columns {
  /** From here on some characters take two columns. */
  private static final int FIRST_WIDE = 0x1100;

  private Columns() {}

  /** The columns of a text. */
  static int of(String text) {
    return text.codePoints().map(Columns::of).sum();
  }

  private static int of(int c) {
    if (c < FIRST_WIDE && Character.getType(c) != Character.NON_SPACING_MARK) {
      return 1;
    }
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
      default -> isNarrow(c) ? 1 : 2;
    };
  }

  private static boolean isNarrow(int c) {
    return switch (Character.UnicodeScript.of(c)) {
      case LATIN, GREEK, CYRILLIC, GEORGIAN -> c < 0xff00;
      default -> c < FIRST_WIDE || (c >= 0x2000 && c < 0x2300);
    };
  }

  /** The beginning of a text that takes no more than so many columns. */
  static String cut(String text, int columns) {
    int used = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      used += of(c);
      if (used > columns) {
        return text.substring(0, i);
      }
      i += Character.charCount(c);
    }
    return text;
  }

  /** A text of exactly so many columns: cut, or filled on its right. */
  static String left(String text, int columns) {
    String cut = cut(text, columns);
    return cut + " ".repeat(columns - of(cut));
  }

  /** Filled on its left; never cut. */
  static String right(String text, int columns) {
    return " ".repeat(Math.max(0, columns - of(text))) + text;
  }
}
