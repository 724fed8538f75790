package io.trunkline.conf;

import java.util.Collection;

/// The word somebody probably meant.
public final class Suggestion {

  private static final int LENGTH_MAX = 64;

  private Suggestion() {}

  /// `; did you mean port?`, or nothing when no word is near.
  public static String of(String written, Collection<String> words) {
    if (written.length() > LENGTH_MAX) {
      return "";
    }
    String best = "";
    int bestDistance = 1 + Math.min(3, written.length() / 3);
    for (String word : words) {
      int distance = distance(written, word);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = word;
      }
    }
    return best.isEmpty() ? "" : "; did you mean " + best + "?";
  }

  /// Letters to insert, delete, replace or swap with their neighbour to turn one word into the
  /// other (optimal string alignment distance).
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
