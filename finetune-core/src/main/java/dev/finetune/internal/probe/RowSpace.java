package dev.finetune.internal.probe;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An orthonormal basis of the space that the standardised features of examples span. A penalised
 * linear model has its weights in this space (the representer theorem), so that it can be fitted in
 * the coordinates of the basis; an orthonormal basis leaves the penalty as it is.
 *
 * <p>The basis comes from examples p<sub>1</sub>, ..., p<sub>r</sub>, each chosen for the largest
 * distance from the space of those before: Z Q<sup>T</sup> = Z Z<sub>p</sub><sup>T</sup>
 * L<sub>p</sub><sup>-T</sup>, where L<sub>p</sub> is the Cholesky factor of Z<sub>p</sub>
 * Z<sub>p</sub><sup>T</sup>. It serves twice. If there are fewer examples than features, the
 * coordinates are fewer than the features, and the first r examples have a triangle of zeros. And
 * the coordinates fall in size, so that the diagonal of the Hessian tells L-BFGS much about the
 * problem: it needs a third fewer iterations.
 */
final class RowSpace {

  /** The squared distance, relative to the longest example, below which an example adds nothing. */
  private static final double TOLERANCE = 1e-10;

  /** The squared length, relative to the longest example, that may be outside the space. */
  private static final double OUTSIDE = 1e-8;

  /** The largest number of examples to choose from: their products fill 128 MiB. */
  private static final int MAX_CANDIDATES = 4096;

  /** Rows that are solved together. */
  private static final int BLOCK = 32;

  private final float[][] features;
  private final Standardisation scaling;
  private final int[] order;
  private final Matrix columns;

  /** The standardised features of the basis examples; null if the features are not rotated. */
  private final double @Nullable [][] basis;

  /** The factor of the basis examples, negated, with the inverses of its diagonal. */
  private final double[][] negated;

  private final double[] inverses;

  private RowSpace(
      float[][] features,
      Standardisation scaling,
      int[] order,
      double @Nullable [][] basis,
      double[][] factor,
      @Nullable Matrix columns) {
    this.features = features;
    this.scaling = scaling;
    this.order = order;
    this.basis = basis;
    this.negated =
        Arrays.stream(factor)
            .map(row -> Arrays.stream(row).map(v -> -v).toArray())
            .toArray(double[][]::new);
    this.inverses = IntStream.range(0, factor.length).mapToDouble(j -> 1 / factor[j][j]).toArray();
    this.columns = columns == null ? coordinates(order) : columns;
  }

  /**
   * Computes the space of some examples.
   *
   * @param features the features of all examples
   * @param chosen the indices of the examples that span the space
   */
  static RowSpace of(float[][] features, int[] chosen) {
    Standardisation scaling = Standardisation.of(features, chosen);
    int width = features[0].length;
    int highestRank = Math.min(chosen.length, width);
    if (highestRank <= MAX_CANDIDATES) {
      int[] candidates = spread(chosen, Math.min(2 * width, MAX_CANDIDATES));
      RowSpace space = rotated(features, scaling, chosen, candidates);
      if (candidates.length == chosen.length || space.contains(chosen)) {
        return space;
      }
    }
    return new RowSpace(features, scaling, chosen, null, new double[0][], null);
  }

  private static RowSpace rotated(
      float[][] features, Standardisation scaling, int[] chosen, int[] candidates) {
    double[][] rows =
        Arrays.stream(candidates)
            .mapToObj(i -> scaling.apply(features[i]))
            .toArray(double[][]::new);
    PivotedCholesky factor =
        PivotedCholesky.of(products(rows), Math.min(rows.length, rows[0].length), TOLERANCE);
    int[] pivots = factor.pivots();
    double[][] basis = Arrays.stream(pivots).mapToObj(p -> rows[p]).toArray(double[][]::new);
    double[][] triangle = new double[pivots.length][pivots.length];
    for (int i = 0; i < pivots.length; i++) {
      for (int j = 0; j <= i; j++) {
        triangle[i][j] = factor.columns()[j][pivots[i]];
      }
    }
    if (candidates.length < chosen.length) {
      return new RowSpace(features, scaling, chosen, basis, triangle, null);
    }
    boolean[] isPivot = new boolean[rows.length];
    Arrays.stream(pivots).forEach(p -> isPivot[p] = true);
    int[] positions =
        IntStream.concat(
                Arrays.stream(pivots), IntStream.range(0, rows.length).filter(i -> !isPivot[i]))
            .toArray();
    double[][] columns = new double[pivots.length][positions.length];
    for (int j = 0; j < columns.length; j++) {
      for (int x = 0; x < positions.length; x++) {
        columns[j][x] = factor.columns()[j][positions[x]];
      }
    }
    return new RowSpace(
        features,
        scaling,
        Arrays.stream(positions).map(x -> candidates[x]).toArray(),
        basis,
        triangle,
        new Matrix(columns, Matrix.Form.FROM_DIAGONAL));
  }

  /** Returns up to {@code count} indices at equal distances. */
  private static int[] spread(int[] chosen, int count) {
    if (chosen.length <= count) {
      return chosen;
    }
    return IntStream.range(0, count)
        .map(i -> chosen[(int) ((long) i * chosen.length / count)])
        .toArray();
  }

  /** Returns the products of all pairs of rows. */
  private static double[][] products(double[][] rows) {
    int size = rows.length;
    double[][] products = new double[size][size];
    Matrix columns = Matrix.full(rows).transposed(rows[0].length);
    Tiles.forEach(
        size,
        (from, to) ->
            Products.multiplyAdd(
                products, from, size, rows, columns, columns.rows().length, from, to));
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        products[j][i] = products[i][j];
      }
    }
    return products;
  }

  /** Returns whether the space contains all examples. */
  private boolean contains(int[] chosen) {
    if (rank() == scaling.means().length) {
      return true;
    }
    double[] inside = new double[chosen.length];
    for (double[] column : columns.rows()) {
      for (int x = 0; x < inside.length; x++) {
        inside[x] += column[x] * column[x];
      }
    }
    double longest = 0;
    double outside = 0;
    for (int x = 0; x < chosen.length; x++) {
      double[] row = scaling.apply(features[chosen[x]]);
      double length = Products.dot(row, row);
      longest = Math.max(longest, length);
      outside = Math.max(outside, length - inside[x]);
    }
    return outside <= OUTSIDE * longest;
  }

  /** Returns the indices of the examples in the order of {@link #columns}. */
  int[] order() {
    return order;
  }

  /** Returns the coordinates of the examples, of shape (rank, examples), in {@link #order}. */
  Matrix columns() {
    return columns;
  }

  int rank() {
    return basis == null ? scaling.means().length : inverses.length;
  }

  Standardisation scaling() {
    return scaling;
  }

  /** Returns the coordinates of other examples, of shape (rank, examples). */
  Matrix coordinates(int[] examples) {
    double[][] all = new double[rank()][examples.length];
    Tiles.forEach(
        examples.length,
        (from, to) -> {
          double[][] tile = scaling.columns(features, examples, from, to);
          double[][] coordinates = basis == null ? tile : rotate(basis, tile, to - from);
          for (int j = 0; j < all.length; j++) {
            System.arraycopy(coordinates[j], 0, all[j], from, to - from);
          }
        });
    return Matrix.full(all);
  }

  private double[][] rotate(double[][] ofBasis, double[][] tile, int size) {
    double[][] result = new double[ofBasis.length][size];
    Products.multiplyAdd(
        result, 0, result.length, ofBasis, Matrix.full(tile), tile.length, 0, size);
    Matrix solved = Matrix.full(result);
    for (int j0 = 0; j0 < result.length; j0 += BLOCK) {
      int j1 = Math.min(result.length, j0 + BLOCK);
      Products.multiplyAdd(result, j0, j1, negated, solved, j0, 0, size);
      for (int j = j0; j < j1; j++) {
        for (int p = j0; p < j; p++) {
          Products.add(result[j], 0, size, negated[j][p], result[p]);
        }
        for (int x = 0; x < size; x++) {
          result[j][x] *= inverses[j];
        }
      }
    }
    return result;
  }

  /** Returns the weights of the standardised features for weights of the coordinates. */
  double[] toFeatures(double[] coordinates) {
    if (basis == null) {
      return coordinates.clone();
    }
    double[] solved = coordinates.clone();
    for (int j = solved.length - 1; j >= 0; j--) {
      solved[j] *= inverses[j];
      Products.add(solved, 0, j, solved[j], negated[j]);
    }
    double[] weights = new double[scaling.means().length];
    for (int j = 0; j < solved.length; j++) {
      Products.add(weights, 0, weights.length, solved[j], basis[j]);
    }
    return weights;
  }

  /** Returns the weights of the coordinates for the part in the space of feature weights. */
  double[] toCoordinates(double[] weights) {
    if (basis == null) {
      return weights.clone();
    }
    double[] solved = new double[basis.length];
    for (int j = 0; j < solved.length; j++) {
      double sum = Products.dot(basis[j], weights);
      for (int p = 0; p < j; p++) {
        sum += negated[j][p] * solved[p];
      }
      solved[j] = sum * inverses[j];
    }
    return solved;
  }
}
