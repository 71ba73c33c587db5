package dev.flint.registry.server;

import java.util.Arrays;
import java.util.Optional;

/** Entity tags (RFC 9110, section 13.1.2). All of this server's are strong: quoted digests. */
final class ETags {
  private ETags() {}

  /** Whether an {@code If-None-Match} header names the tag. */
  static boolean match(Optional<String> header, String tag) {
    return header.isPresent()
        && Arrays.stream(header.get().split(",", -1))
            .map(String::trim)
            .anyMatch(known -> known.equals("*") || known.equals(tag) || known.equals("W/" + tag));
  }
}
