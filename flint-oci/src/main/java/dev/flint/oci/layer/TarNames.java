package dev.flint.oci.layer;

import java.util.Arrays;

/** Which names of tar entries no careless reader could be led astray by. */
public final class TarNames {
  private static final int MAX_NAME = 4096;
  private static final int SHOWN = 80;

  private TarNames() {}

  /**
   * Whether a name, taken for a path, stays below where it starts, on any system: relative, without
   * {@code ..}, empty pieces, backslashes, drive letters and control characters.
   */
  public static boolean isSafe(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME || name.startsWith("/")) {
      return false;
    }
    if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\')
        || name.matches("[A-Za-z]:.*")) {
      return false;
    }
    return Arrays.stream(name.split("/")).noneMatch(piece -> piece.isEmpty() || piece.equals(".."));
  }

  /** The name as an error shows it. */
  public static String shorten(String name) {
    return name.length() > SHOWN ? name.substring(0, SHOWN) + "..." : name;
  }
}
