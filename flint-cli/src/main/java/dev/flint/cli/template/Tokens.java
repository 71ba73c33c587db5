package dev.flint.cli.template;

import dev.flint.oci.error.FlintException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of one action, read from left to right. */
final class Tokens {
  /** What a word is. */
  enum Kind {
    /** A function or a word of the language. */
    WORD,
    /** A member, with its dot. */
    FIELD,
    /** The dot alone. */
    DOT,
    /** A dollar sign, alone or with a name. */
    VARIABLE,
    /** A string, with its quotes. */
    STRING,
    /** A number. */
    NUMBER,
    /** A parenthesis, the bar, or what gives variables values. */
    SIGN
  }

  /** One word. */
  record Token(Kind kind, String text, boolean spaceBefore) {}

  private static final int SHOWN = 60;
  private static final String NAMES = "other names than a_Z9: {{index . \"a-b\"}}";

  private static final Pattern FORM =
      Pattern.compile(
          "(?<space>\\s*)(?:(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<field>\\.[A-Za-z_][A-Za-z0-9_]*)"
              + "|(?<dot>\\.)|(?<variable>\\$(?:[A-Za-z_][A-Za-z0-9_]*)?)|(?<string>[\"`])"
              + "|(?<number>-?[0-9]{1,18}(?:\\.[0-9]{1,18})?(?![0-9.]))|(?<sign>[()|,=]|:=))");

  private final Piece action;
  private final List<Token> tokens = new ArrayList<>();
  private int next;

  Tokens(Piece action) throws FlintException {
    this.action = action;
    Matcher matcher = FORM.matcher(action.text());
    int at = 0;
    while (at < action.text().length()) {
      matcher.region(at, action.text().length());
      if (!matcher.lookingAt()) {
        throw wrong("has something that it does not know", NAMES);
      }
      Kind kind = kind(matcher);
      int from = matcher.end("space");
      // Not by the pattern, which would need a stack as deep as the string is long.
      int to = kind == Kind.STRING ? endOfString(from) : matcher.end();
      tokens.add(new Token(kind, action.text().substring(from, to), at == 0 || from > at));
      at = to;
    }
  }

  private static Kind kind(Matcher matcher) {
    return Arrays.stream(Kind.values())
        .filter(kind -> matcher.start(kind.name().toLowerCase(Locale.ROOT)) >= 0)
        .findFirst()
        .orElseThrow();
  }

  private int endOfString(int from) throws FlintException {
    String text = action.text();
    char quote = text.charAt(from);
    for (int i = from + 1; i < text.length(); i++) {
      if (text.charAt(i) == quote) {
        return i + 1;
      }
      i += text.charAt(i) == '\\' && quote == '"' ? 1 : 0;
    }
    throw wrong("has a string without end");
  }

  boolean isEmpty() {
    return next == tokens.size();
  }

  /** Whether the next word is this one. */
  boolean is(Kind kind, String text) {
    return !isEmpty()
        && tokens.get(next).kind() == kind
        && (text.isEmpty() || tokens.get(next).text().equals(text));
  }

  /** Whether the word after the next is this sign. */
  boolean isSecond(String sign) {
    return next + 1 < tokens.size()
        && tokens.get(next + 1).kind() == Kind.SIGN
        && tokens.get(next + 1).text().equals(sign);
  }

  /** Takes the next word if it is this one. */
  boolean take(Kind kind, String text) {
    boolean there = is(kind, text);
    next += there ? 1 : 0;
    return there;
  }

  /** Whether a member follows without a blank. */
  boolean isFieldOfTheLast() {
    return is(Kind.FIELD, "") && !tokens.get(next).spaceBefore();
  }

  Token take() throws FlintException {
    if (isEmpty()) {
      throw wrong("ends too early");
    }
    return tokens.get(next++);
  }

  FlintException wrong(String problem) {
    return wrong(problem, "");
  }

  private FlintException wrong(String problem, String remedy) {
    String text = action.text();
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return Template.wrong(problem + " at character " + action.at() + ": {{" + shown + "}}", remedy);
  }
}
