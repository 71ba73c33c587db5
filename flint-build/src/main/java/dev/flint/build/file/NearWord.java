package dev.flint.build.file;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that a misspelt one was probably meant to be. */
final class NearWord {
  private static final int MAX_LENGTH = 40;

  private NearWord() {}

  /** The nearest word that is no more than a third of it away. */
  static Optional<String> of(String misspelt, Collection<String> words) {
    if (misspelt.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String word : words) {
      int distance = distance(plain(misspelt), plain(word));
      if (distance < least) {
        least = distance;
        best = word;
      }
    }
    return least <= Math.max(1, best.length() / 3) ? Optional.of(best) : Optional.empty();
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** How many letters must be put in, taken out or replaced (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
