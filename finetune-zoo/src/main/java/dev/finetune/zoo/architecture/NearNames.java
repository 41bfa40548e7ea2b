package dev.finetune.zoo.architecture;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds the names that one with a mistake may be meant to be. */
final class NearNames {

  private static final int COUNT = 5;

  private NearNames() {}

  /** Returns the few names with the fewest changed letters, the nearest first. */
  static List<String> of(String name, Collection<String> names) {
    return names.stream()
        .sorted(Comparator.comparingInt(other -> distance(name, other)))
        .limit(COUNT)
        .toList();
  }

  /** Returns how many letters have to be changed, added or removed (V. Levenshtein, 1965). */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
