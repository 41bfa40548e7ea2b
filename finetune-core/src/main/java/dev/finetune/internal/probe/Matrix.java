package dev.finetune.internal.probe;

/**
 * Rows of doubles. In a trapezoid, the zeros on one side of the diagonal are left out of products.
 */
final class Matrix {
  private final double[][] rows;
  private final Form form;

  /**
   * Creates a matrix.
   *
   * @param rows the rows, all of the same length; not copied
   * @param form where values may differ from zero
   */
  Matrix(double[][] rows, Form form) {
    this.rows = rows;
    this.form = form;
  }

  /** Returns the rows, all of the same length; not copied. */
  double[][] rows() {
    return rows;
  }

  /** Returns where values may differ from zero. */
  Form form() {
    return form;
  }

  /** Where the values of a matrix may differ from zero. */
  enum Form {
    /** Anywhere. */
    FULL,
    /** In row p, from column p. */
    FROM_DIAGONAL,
    /** In row p, up to and including column p. */
    UP_TO_DIAGONAL
  }

  static Matrix full(double[][] rows) {
    return new Matrix(rows, Form.FULL);
  }

  /** Returns the first column of a row that may differ from zero. */
  int start(int row) {
    return form == Form.FROM_DIAGONAL ? row : 0;
  }

  /** Returns the column after the last one of a row that may differ from zero. */
  int end(int row) {
    int length = rows[row].length;
    return form == Form.UP_TO_DIAGONAL ? Math.min(length, row + 1) : length;
  }

  /** Returns the matrix with rows and columns exchanged. */
  Matrix transposed(int columns) {
    double[][] exchanged = new double[columns][rows.length];
    // Blocks of rows keep the lines of both matrices in the cache.
    Tiles.forEach(
        rows.length,
        (from, to) -> {
          for (int x = 0; x < columns; x++) {
            double[] column = exchanged[x];
            for (int p = from; p < to; p++) {
              column[p] = rows[p][x];
            }
          }
        });
    return new Matrix(
        exchanged,
        switch (form) {
          case FULL -> Form.FULL;
          case FROM_DIAGONAL -> Form.UP_TO_DIAGONAL;
          case UP_TO_DIAGONAL -> Form.FROM_DIAGONAL;
        });
  }
}
