package dev.flint.registry.settings;

import java.util.List;
import java.util.Optional;

/** Guesses what was meant by a word with a slip in it. */
final class SimilarWord {
  private SimilarWord() {}

  /** The known word that is the fewest letters off, if those are half of it at most. */
  static Optional<String> to(String word, List<String> known) {
    Optional<String> best = Optional.empty();
    int fewest = Integer.MAX_VALUE;
    for (String each : known) {
      int off = distance(word, each);
      if (off < fewest && off * 2 <= each.length()) {
        fewest = off;
        best = Optional.of(each);
      }
    }
    return best;
  }

  /** How many letters must be put in, taken out or changed (Levenshtein). */
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > b.length()) {
      return Integer.MAX_VALUE / 3;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
