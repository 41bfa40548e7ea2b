package dev.finetune.internal.probe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The Cholesky factorisation of a positive semi-definite matrix with complete pivoting: G = L
 * L<sup>T</sup> up to the tolerance, where L is lower triangular for the rows in pivot order. See
 * Higham, Accuracy and Stability of Numerical Algorithms, second edition, section 10.3.
 */
final class PivotedCholesky {
  private final double[][] columns;
  private final int[] pivots;

  /**
   * Creates a factorisation.
   *
   * @param columns the columns of L in the order of the pivots; each has a value for every row of
   *     G, in the order of G
   * @param pivots the index of the row that each column eliminates
   */
  PivotedCholesky(double[][] columns, int[] pivots) {
    this.columns = columns;
    this.pivots = pivots;
  }

  /**
   * Returns the columns of L in the order of the pivots; each has a value for every row of G, in
   * the order of G.
   */
  double[][] columns() {
    return columns;
  }

  /** Returns the index of the row that each column eliminates. */
  int[] pivots() {
    return pivots;
  }

  /** Columns per update of the remaining matrix. */
  private static final int BLOCK = 32;

  /**
   * Factorises a matrix.
   *
   * @param matrix the symmetric matrix; overwritten
   * @param maxRank the largest number of columns
   * @param tolerance the remaining diagonal, relative to the largest one at first, that counts as 0
   */
  static PivotedCholesky of(double[][] matrix, int maxRank, double tolerance) {
    int size = matrix.length;
    double[] diagonal = new double[size];
    boolean[] done = new boolean[size];
    for (int i = 0; i < size; i++) {
      diagonal[i] = matrix[i][i];
    }
    double least = tolerance * Arrays.stream(diagonal).max().orElse(0);
    List<double[]> columns = new ArrayList<>();
    List<Integer> pivots = new ArrayList<>();
    List<double[]> block = new ArrayList<>();
    while (columns.size() < maxRank) {
      if (block.size() == BLOCK) {
        subtract(matrix, block, done);
        block.clear();
      }
      int pivot = largest(diagonal, done);
      if (pivot < 0 || diagonal[pivot] <= least) {
        break;
      }
      double[] column = matrix[pivot].clone();
      for (double[] earlier : block) {
        Products.add(column, 0, size, -earlier[pivot], earlier);
      }
      if (!(column[pivot] > 0)) {
        break;
      }
      double root = Math.sqrt(column[pivot]);
      for (int i = 0; i < size; i++) {
        column[i] = done[i] ? 0 : column[i] / root;
        diagonal[i] -= column[i] * column[i];
      }
      done[pivot] = true;
      columns.add(column);
      pivots.add(pivot);
      block.add(column);
    }
    return new PivotedCholesky(
        columns.toArray(double[][]::new), pivots.stream().mapToInt(Integer::intValue).toArray());
  }

  private static int largest(double[] diagonal, boolean[] done) {
    int largest = -1;
    for (int i = 0; i < diagonal.length; i++) {
      if (!done[i] && (largest < 0 || diagonal[i] > diagonal[largest])) {
        largest = i;
      }
    }
    return largest;
  }

  /** Subtracts the products of the block's columns from the rows that remain. */
  private static void subtract(double[][] matrix, List<double[]> block, boolean[] done) {
    List<double[]> rows = new ArrayList<>();
    List<double[]> factors = new ArrayList<>();
    for (int i = 0; i < matrix.length; i++) {
      if (!done[i]) {
        int row = i;
        rows.add(matrix[i]);
        factors.add(block.stream().mapToDouble(column -> -column[row]).toArray());
      }
    }
    double[][] c = rows.toArray(double[][]::new);
    double[][] s = factors.toArray(double[][]::new);
    Matrix b = Matrix.full(block.toArray(double[][]::new));
    Tiles.forEach(
        matrix.length,
        (from, to) -> Products.multiplyAdd(c, 0, c.length, s, b, block.size(), from, to));
  }
}
