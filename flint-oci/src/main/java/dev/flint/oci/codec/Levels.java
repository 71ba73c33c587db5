package dev.flint.oci.codec;

/** Checks how hard a library is to try. */
final class Levels {
  private Levels() {}

  static void require(int level, int highest, String what) {
    if (level < 1 || level > highest) {
      throw new IllegalArgumentException(
          "%s has levels 1 to %d, not %d".formatted(what, highest, level));
    }
  }
}
