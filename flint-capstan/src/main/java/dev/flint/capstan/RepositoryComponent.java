package dev.flint.capstan;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** The escape of one name component described at {@link CapstanName#toRepository}. */
final class RepositoryComponent {
  /** Stricter than a repository name, so that it is legal as ref.name of a layout as well. */
  private static final Pattern LEGAL = Pattern.compile("[a-z0-9]+(?:[._-][a-z0-9]+)*");

  private static final Pattern DIGEST = Pattern.compile("[a-f0-9]{64}");
  private static final String MARK = "x";
  private static final String ESCAPE = "--";
  private static final HexFormat HEX = HexFormat.of();

  /** Where in the name the component stands, which decides what it could be mistaken for. */
  enum Place {
    ALONE,
    FIRST,
    LATER
  }

  private RepositoryComponent() {}

  static String encode(String component, Place place) {
    boolean hostLike =
        place == Place.FIRST && (component.indexOf('.') >= 0 || component.equals("localhost"));
    boolean digestLike = place == Place.ALONE && DIGEST.matcher(component).matches();
    if (LEGAL.matcher(component).matches() && !hostLike && !digestLike) {
      return component;
    }
    boolean firstEscaped = digestLike || component.equals("localhost");
    byte[] bytes = component.getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(MARK);
    for (int i = 0; i < bytes.length; i++) {
      boolean kept =
          isAlphanumeric(bytes[i])
              ? i > 0 || !firstEscaped
              : isInnerSeparator(bytes, i) && !(bytes[i] == '.' && place == Place.FIRST);
      if (kept) {
        out.append((char) bytes[i]);
      } else {
        out.append(ESCAPE).append(HEX.toHexDigits(bytes[i]));
      }
    }
    return out.toString();
  }

  /** The component this could stand for; the caller checks that it encodes to the same text. */
  static Optional<String> decode(String text) {
    if (!text.contains(ESCAPE)) {
      return Optional.of(text);
    }
    if (!text.startsWith(MARK)) {
      return Optional.empty();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int i = MARK.length();
    while (i < text.length()) {
      if (!text.startsWith(ESCAPE, i)) {
        bytes.write(text.charAt(i++));
        continue;
      }
      int digits = i + ESCAPE.length();
      i = digits + 2;
      if (i > text.length()
          || !HexFormat.isHexDigit(text.charAt(digits))
          || !HexFormat.isHexDigit(text.charAt(digits + 1))) {
        return Optional.empty();
      }
      bytes.write(HexFormat.fromHexDigits(text, digits, i));
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean isInnerSeparator(byte[] bytes, int at) {
    return (bytes[at] == '.' || bytes[at] == '-' || bytes[at] == '_')
        && at > 0
        && at + 1 < bytes.length
        && isAlphanumeric(bytes[at - 1])
        && isAlphanumeric(bytes[at + 1]);
  }

  private static boolean isAlphanumeric(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9');
  }
}
