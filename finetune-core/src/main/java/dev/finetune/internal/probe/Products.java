package dev.finetune.internal.probe;

/** Loops over arrays of doubles that the JIT compiler vectorises. */
final class Products {

  /** Rows of {@code c} that are updated while four rows of {@code b} are in the cache. */
  private static final int ROWS = 64;

  private Products() {}

  /**
   * Adds a matrix product in some columns: c[k][x] += sum over p of s[k][p] b[p][x].
   *
   * @param c the result
   * @param fromRow the first row k
   * @param toRow the row after the last row k
   * @param s the factors; row k has at least {@code inner}
   * @param b the matrix
   * @param inner the number of rows p
   * @param from the first column x
   * @param to the column after the last column x
   */
  static void multiplyAdd(
      double[][] c, int fromRow, int toRow, double[][] s, Matrix b, int inner, int from, int to) {
    double[][] rows = b.rows();
    for (int k0 = fromRow; k0 < toRow; k0 += ROWS) {
      int k1 = Math.min(toRow, k0 + ROWS);
      int p = 0;
      for (; p + 4 <= inner; p += 4) {
        int start = Math.max(from, b.start(p));
        int end = Math.min(to, b.end(p + 3));
        if (start < end) {
          for (int k = k0; k < k1; k++) {
            double[] f = s[k];
            add(
                c[k],
                start,
                end,
                f[p],
                rows[p],
                f[p + 1],
                rows[p + 1],
                f[p + 2],
                rows[p + 2],
                f[p + 3],
                rows[p + 3]);
          }
        }
      }
      for (; p < inner; p++) {
        int start = Math.max(from, b.start(p));
        int end = Math.min(to, b.end(p));
        for (int k = k0; k < k1; k++) {
          add(c[k], start, end, s[k][p], rows[p]);
        }
      }
    }
  }

  /**
   * Adds a combination of four rows. With more than four, the JIT compiler of Java 17 does not
   * vectorise the loop: 7 instead of 21 billion operations per second on one core.
   */
  private static void add(
      double[] c,
      int from,
      int to,
      double f0,
      double[] b0,
      double f1,
      double[] b1,
      double f2,
      double[] b2,
      double f3,
      double[] b3) {
    for (int x = from; x < to; x++) {
      c[x] += f0 * b0[x] + f1 * b1[x] + f2 * b2[x] + f3 * b3[x];
    }
  }

  /** Adds a multiple of a row: c[x] += f b[x]. */
  static void add(double[] c, int from, int to, double f, double[] b) {
    for (int x = from; x < to; x++) {
      c[x] += f * b[x];
    }
  }

  /** Returns the dot product of two vectors, from eight partial sums in a fixed order. */
  static double dot(double[] a, double[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int i = 0;
    for (; i + 8 <= a.length; i += 8) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
      s4 += a[i + 4] * b[i + 4];
      s5 += a[i + 5] * b[i + 5];
      s6 += a[i + 6] * b[i + 6];
      s7 += a[i + 7] * b[i + 7];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}
