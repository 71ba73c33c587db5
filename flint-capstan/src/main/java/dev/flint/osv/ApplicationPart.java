package dev.flint.osv;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;

/**
 * The words of a boot line after its kernel options, by the grammar of OSv's core/commands.cc: a
 * word is either in double quotes, or a run of anything but space, {@code ; & !}. In both the C
 * escapes of single characters count. Words are separated by any blanks, commands end at {@code ; &
 * &! !}.
 */
final class ApplicationPart {
  private static final String ESCAPES = "abfnrtv\\'\"";
  private static final String ESCAPED = "\u0007\b\f\n\r\t\u000b\\'\"";

  private ApplicationPart() {}

  /**
   * A word as a line must have it.
   *
   * @param number which it is, from 1; said in its place, as the word may be a secret
   * @throws FlintException UNSUPPORTED if no line can have it
   */
  static String quote(String word, int number) throws FlintException {
    StringBuilder quoted = new StringBuilder("\"");
    boolean plain = !word.isEmpty();
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      int escape = c == '\'' ? -1 : ESCAPED.indexOf(c);
      if (escape >= 0) {
        quoted.append('\\').append(ESCAPES.charAt(escape));
      } else if (c == '$' || c < ' ' || c > '~') {
        throw inexpressible(number, c);
      } else {
        quoted.append(c);
      }
      plain &= escape < 0 && " ;&!".indexOf(c) < 0;
    }
    return plain ? word : quoted.append('"').toString();
  }

  /** The first word as a line must have it: with a dash in front it would be a kernel option. */
  static String quoteProgram(String word) throws FlintException {
    String quoted = quote(word, 1);
    return word.startsWith("-") && quoted.equals(word) ? '"' + word + '"' : quoted;
  }

  private static FlintException inexpressible(int number, char c) {
    if (c == '$') {
      return new FlintException(
          ErrorCode.UNSUPPORTED,
          "word " + number + " of its command has a $ in it, and OSv puts a variable in its place",
          "give the text in an environment variable or a mounted file");
    }
    return new FlintException(
        ErrorCode.UNSUPPORTED,
        "word " + number + " of its command has a character in it that is not ASCII text",
        "give the text in an environment variable or a mounted file");
  }

  /**
   * The program of an application part, as it is written there.
   *
   * @throws FlintException UNSUPPORTED if the part is not one command with a program in it
   */
  static String onlyProgram(String application) throws FlintException {
    int start = skipBlanks(application, 0);
    int end = wordEnd(application, start);
    String program = application.substring(start, end);
    if (program.isEmpty()) {
      throw notOne("names no program");
    }
    if (program.equals("runscript") || program.equals("\"runscript\"")) {
      throw notOne("runs a script (" + application.strip() + ")");
    }
    int at = skipBlanks(application, end);
    while (at < application.length() && ";&!".indexOf(application.charAt(at)) < 0) {
      at = skipBlanks(application, wordEnd(application, at));
    }
    // One command may end in a semicolon, which means nothing.
    String rest = application.substring(at).strip();
    if (!rest.isEmpty() && !rest.equals(";")) {
      throw notOne("has several commands, or one in the background");
    }
    return program;
  }

  /** The end of the word that starts here; the start itself if none does. */
  private static int wordEnd(String text, int start) {
    if (start < text.length() && text.charAt(start) == '"') {
      for (int at = start + 1; at < text.length(); at += step(text, at)) {
        if (text.charAt(at) == '"') {
          return at + 1;
        }
      }
      // A quote that is not closed is an ordinary character.
    }
    int at = start;
    while (at < text.length() && " ;&!".indexOf(text.charAt(at)) < 0) {
      at += step(text, at);
    }
    return at;
  }

  private static int step(String text, int at) {
    boolean escape =
        text.charAt(at) == '\\'
            && at + 1 < text.length()
            && ESCAPES.indexOf(text.charAt(at + 1)) >= 0;
    return escape ? 2 : 1;
  }

  private static int skipBlanks(String text, int from) {
    int at = from;
    while (at < text.length() && " \t\n\u000b\f\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private static FlintException notOne(String what) {
    return new FlintException(
        ErrorCode.UNSUPPORTED,
        "arguments alone cannot be given: the image's command line " + what,
        "give the whole command");
  }
}
