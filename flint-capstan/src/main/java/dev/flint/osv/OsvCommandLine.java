package dev.flint.osv;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line an OSv kernel boots with: {@code [kernel options] command [args] [; command
 * ...]}.
 *
 * @param text the line as it is on the disk, without the closing NUL; no control characters but tab
 */
public record OsvCommandLine(String text) {
  /**
   * The line of a text in a file for people, as YAML folds it: ends of lines are blanks, which is
   * what the kernel takes them for, and there are none around it.
   */
  public static OsvCommandLine folded(String text) {
    return new OsvCommandLine(text.replaceAll("\\R", " ").strip());
  }

  /**
   * The text before the first NUL.
   *
   * @return empty if there is no NUL, or the text before it is not UTF-8 or holds control
   *     characters other than tab
   */
  static Optional<OsvCommandLine> decode(byte[] area) {
    int length = 0;
    while (length < area.length && area[length] != 0) {
      length++;
    }
    if (length == area.length) {
      return Optional.empty();
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(area, 0, length)).toString();
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) != '\t' && Character.isISOControl(text.charAt(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(new OsvCommandLine(text));
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /**
   * The line cut at every single space and otherwise untouched: quotes and backslashes stay, two
   * spaces leave an empty word between them. Joined with one space the words are the line again. An
   * empty line has no words.
   */
  public List<String> words() {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }

  /**
   * The leading tokens that start with {@code -}, as written, backslashes included. The kernel
   * separates them at blanks (space, tab, newline); a backslash takes the next character's meaning
   * away and quotes have none.
   */
  public List<String> kernelOptions() {
    List<String> options = new ArrayList<>();
    int start = skipBlanks(0);
    while (start < text.length() && text.charAt(start) == '-') {
      int end = tokenEnd(start);
      options.add(text.substring(start, end));
      start = skipBlanks(end);
    }
    return List.copyOf(options);
  }

  /** Everything from the first token that is not a kernel option, as written; may be empty. */
  public String application() {
    int start = skipBlanks(0);
    while (start < text.length() && text.charAt(start) == '-') {
      start = skipBlanks(tokenEnd(start));
    }
    return text.substring(start);
  }

  private int skipBlanks(int from) {
    int at = from;
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private int tokenEnd(int from) {
    int at = from;
    while (at < text.length() && !isBlank(text.charAt(at))) {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(at, text.length());
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
  }

  /** The line itself. */
  @Override
  public String toString() {
    return text;
  }
}
