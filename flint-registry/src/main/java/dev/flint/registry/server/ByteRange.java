package dev.flint.registry.server;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One part of a blob, asked for by a {@code Range} header (RFC 9110, section 14).
 *
 * @param first the first byte, from 0
 * @param length in bytes; 0 means that nothing of the blob was asked for
 */
record ByteRange(long first, long length) {
  private static final Pattern SINGLE = Pattern.compile("bytes=\\s*([0-9]{0,18})-([0-9]{0,18})");

  /**
   * Reads the header. Several ranges, other units and malformed ones are ignored, as the RFC
   * allows: the whole blob is the answer then.
   */
  static Optional<ByteRange> parse(String header, long size) {
    Matcher matcher = SINGLE.matcher(header);
    if (!matcher.matches() || header.endsWith("=-")) {
      return Optional.empty();
    }
    String from = matcher.group(1);
    String to = matcher.group(2);
    if (from.isEmpty() && to.isEmpty()) {
      return Optional.empty();
    }
    if (from.isEmpty()) {
      long suffix = Math.min(Long.parseLong(to), size);
      return Optional.of(new ByteRange(size - suffix, suffix));
    }
    long first = Long.parseLong(from);
    long last = to.isEmpty() ? Long.MAX_VALUE - 1 : Long.parseLong(to);
    if (last < first) {
      return Optional.empty();
    }
    return Optional.of(new ByteRange(first, Math.max(0, Math.min(last, size - 1) - first + 1)));
  }

  /** The {@code Content-Range} of the answer. */
  String contentRange(long size) {
    return length == 0
        ? "bytes */" + size
        : "bytes " + first + "-" + (first + length - 1) + "/" + size;
  }
}
