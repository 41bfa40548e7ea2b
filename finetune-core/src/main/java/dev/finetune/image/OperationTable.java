package dev.finetune.image;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Operations with the range of their amounts. An amount is one of 31 equally spaced values from
 * that of the least magnitude to that of the greatest, as in torchvision.
 */
final class OperationTable {

  /** The number of the greatest magnitude; the least is 0. */
  static final int MOST = 30;

  /** The operations of torchvision's {@code RandAugment}. */
  static final OperationTable RAND_AUGMENT = of(0.3, 30, 0.9, 4, OperationTable::share);

  /** The operations of torchvision's {@code TrivialAugmentWide}. */
  static final OperationTable TRIVIAL_AUGMENT = of(0.99, 135, 0.99, 2, (side, most) -> most * 32);

  /** Returns the greatest translation in pixels for a side of the image, times a magnitude. */
  private interface Reach {
    double of(int side, double magnitude);
  }

  /**
   * An operation of the table.
   *
   * @param neutral the amount of the least magnitude
   * @param range the difference of the amount of the greatest magnitude
   * @param signed whether the difference is subtracted as often as it is added
   */
  private record Row(Operation operation, double neutral, double range, boolean signed) {}

  private final ImmutableList<Row> rows;
  private final Reach reach;

  private OperationTable(ImmutableList<Row> rows, Reach reach) {
    this.rows = rows;
    this.reach = reach;
  }

  private static OperationTable of(
      double shear, double degrees, double factor, int bits, Reach reach) {
    return new OperationTable(
        ImmutableList.of(
            new Row(Operation.IDENTITY, 0, 0, false),
            new Row(Operation.SHEAR_X, 0, shear, true),
            new Row(Operation.SHEAR_Y, 0, shear, true),
            new Row(Operation.TRANSLATE_X, 0, 1, true),
            new Row(Operation.TRANSLATE_Y, 0, 1, true),
            new Row(Operation.ROTATE, 0, degrees, true),
            new Row(Operation.BRIGHTNESS, 1, factor, true),
            new Row(Operation.SATURATION, 1, factor, true),
            new Row(Operation.CONTRAST, 1, factor, true),
            new Row(Operation.SHARPNESS, 1, factor, true),
            new Row(Operation.POSTERIZE, 8, bits - 8, false),
            new Row(Operation.SOLARIZE, Colours.WHITE, -Colours.WHITE, false),
            new Row(Operation.AUTOCONTRAST, 0, 0, false),
            new Row(Operation.EQUALIZE, 0, 0, false)),
        reach);
  }

  private static double share(int side, double magnitude) {
    return 150.0 / 331 * side * magnitude;
  }

  /** Applies a random operation of a magnitude from 0 to {@link #MOST}. */
  Pixels apply(Pixels image, int magnitude, RandomGenerator random) {
    Row row = rows.get(Draw.index(random, rows.size()));
    int sign = row.signed() && random.nextBoolean() ? -1 : 1;
    int side = row.operation() == Operation.TRANSLATE_X ? image.width() : image.height();
    return row.operation().apply(image, amount(row, side, magnitude, sign));
  }

  private double amount(Row row, int side, int magnitude, int sign) {
    double range = sign * row.range() * magnitude / MOST;
    return switch (row.operation()) {
      case TRANSLATE_X, TRANSLATE_Y -> reach.of(side, range);
      default -> row.neutral() + range;
    };
  }

  /** Returns the amount of an operation for an image with equal sides. */
  @VisibleForTesting
  double amount(Operation operation, int side, int magnitude, int sign) {
    return amount(row(operation), side, magnitude, sign);
  }

  @VisibleForTesting
  boolean signed(Operation operation) {
    return row(operation).signed();
  }

  @VisibleForTesting
  List<Operation> operations() {
    return rows.stream().map(Row::operation).toList();
  }

  private Row row(Operation operation) {
    return rows.stream().filter(row -> row.operation() == operation).findFirst().orElseThrow();
  }
}
