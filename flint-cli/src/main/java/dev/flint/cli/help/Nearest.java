package dev.flint.cli.help;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Finds the words that somebody may have meant. */
final class Nearest {
  private static final int MOST = 3;

  private Nearest() {}

  /**
   * The words that begin like this one, or are few slips away from it, nearest first: a slip is a
   * letter that is missing, too much or another, or two that changed places.
   */
  static List<String> to(String word, Collection<String> words) {
    String typed = word.toLowerCase(Locale.ROOT);
    // As many as leave most of the word.
    int allowed = Math.max(1, Math.min(3, (typed.replace("-", "").length() + 1) / 3));
    int best = allowed + 1;
    List<String> nearest = new ArrayList<>();
    if (typed.isEmpty()) {
      // Every word begins so.
      return nearest;
    }
    for (String other : new TreeSet<>(words)) {
      String name = other.toLowerCase(Locale.ROOT);
      int slips = name.startsWith(typed) ? 1 : slips(typed, name);
      if (slips < best) {
        best = slips;
        nearest.clear();
      }
      if (slips == best && slips <= allowed) {
        nearest.add(other);
      }
    }
    return nearest.size() > MOST ? nearest.subList(0, MOST) : nearest;
  }

  /** Damerau's distance, without a slip within two that changed places. */
  private static int slips(String from, String to) {
    int[][] slips = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          slips[i][j] = i + j;
          continue;
        }
        int other = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        int least = Math.min(slips[i - 1][j] + 1, slips[i][j - 1] + 1);
        least = Math.min(least, slips[i - 1][j - 1] + other);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          least = Math.min(least, slips[i - 2][j - 2] + 1);
        }
        slips[i][j] = least;
      }
    }
    return slips[from.length()][to.length()];
  }
}
