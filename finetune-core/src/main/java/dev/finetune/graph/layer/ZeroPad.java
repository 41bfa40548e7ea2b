package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * Zeros around an image. A pooling that reads them counts them as values, unlike its own padding.
 *
 * @param top rows added at the top
 * @param bottom rows added at the bottom
 * @param left columns added on the left
 * @param right columns added on the right
 */
@JsonTypeName("ZeroPad")
public record ZeroPad(int top, int bottom, int left, int right) implements BasicLayer {

  /**
   * Creates the layer.
   *
   * @param top at least 0
   * @param bottom at least 0
   * @param left at least 0
   * @param right at least 0
   * @throws IllegalArgumentException if a value is negative
   */
  public ZeroPad {
    checkArgument(
        top >= 0 && bottom >= 0 && left >= 0 && right >= 0,
        "top, bottom, left and right must be >= 0, got %s, %s, %s and %s",
        top,
        bottom,
        left,
        right);
  }

  /**
   * Creates a layer that adds the same number of rows and columns on each side.
   *
   * @param around at least 0
   * @throws IllegalArgumentException if the value is negative
   */
  public ZeroPad(int around) {
    this(around, around, around, around);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.image("ZeroPad", inputs);
    return Shape.image(in.channels(), sum(in.height(), top, bottom), sum(in.width(), left, right));
  }

  private static int sum(int size, int before, int after) {
    return Checks.size("The padded size", (long) size + before + after);
  }

  @Override
  public String kerasClass() {
    return "zero_padding2d";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
