package dev.flint.build.file;

import java.util.Arrays;

/** Paths in a variant. */
final class GuestPath {
  private static final int MAX_LENGTH = 1023;

  private GuestPath() {}

  /** Whether a path starts with a slash and has no empty piece, {@code .} or {@code ..} in it. */
  static boolean isAbsolute(String path) {
    if (path.equals("/")) {
      return true;
    }
    return path.startsWith("/")
        && path.length() <= MAX_LENGTH
        && path.chars().noneMatch(c -> c < ' ' || c == 0x7f)
        && Arrays.stream(path.substring(1).split("/", -1))
            .noneMatch(piece -> piece.isEmpty() || piece.equals(".") || piece.equals(".."));
  }
}
