package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** Zeros around an image; a pooling behind it sees them as values. */
@JsonTypeName("ZeroPad")
public record ZeroPad(int top, int bottom, int left, int right) implements BasicLayer {

  public ZeroPad {
    checkArgument(
        top >= 0 && bottom >= 0 && left >= 0 && right >= 0,
        "zero padding is not negative; got %s, %s, %s, %s",
        top,
        bottom,
        left,
        right);
  }

  /** Makes the same on every side. */
  public ZeroPad(int around) {
    this(around, around, around, around);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.image("ZeroPad", inputs);
    return Shape.image(in.channels(), in.height() + top + bottom, in.width() + left + right);
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
