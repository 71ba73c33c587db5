package dev.flint.oci.codec;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@link Codec#encoder} says.
 *
 * @param level 0 to 99 when it comes from outside
 * @param print tells versions of the library apart, 16 hex digits
 */
record EncoderText(String compression, String library, int level, String print) {
  static final String GZIP = "gzip";
  static final String ZSTD = "zstd";

  private static final Pattern FORM =
      Pattern.compile("([a-z]{1,8}); ([a-z-]{1,16}); level=([0-9]{1,2}); print=([0-9a-f]{16})");

  static EncoderText of(String compression, String library, int level, Codec codec) {
    return new EncoderText(compression, library, level, Fingerprint.of(codec));
  }

  /** Reads what somebody wrote; empty if it has not this form. */
  static Optional<EncoderText> parse(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches()
        ? Optional.of(
            new EncoderText(
                parts.group(1), parts.group(2), Integer.parseInt(parts.group(3)), parts.group(4)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "%s; %s; level=%d; print=%s".formatted(compression, library, level, print);
  }
}
