package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * Element-wise product of two layers of one shape, or of an image and one value for each of its
 * channels (an image of 1 x 1): squeeze and excitation.
 */
@JsonTypeName("Multiply")
public record Multiply() implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    checkArgument(inputs.size() == 2, "Multiply takes two layers, got %s", inputs);
    Shape first = inputs.get(0);
    Shape second = inputs.get(1);
    boolean perChannel = !first.flat() && second.equals(Shape.image(first.channels(), 1, 1));
    checkArgument(
        first.equals(second) || perChannel,
        "Multiply takes an image and either one of the same shape or one of 1 x 1 and as many"
            + " channels, got %s",
        inputs);
    return first;
  }

  @Override
  public String kerasClass() {
    return "multiply";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
