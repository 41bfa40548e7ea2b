package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * The element-wise product of two inputs of the same shape, or of an image and a 1 x 1 image with
 * one factor for each of its channels, as in squeeze and excitation.
 */
@JsonTypeName("Multiply")
public record Multiply() implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    checkArgument(inputs.size() == 2, "Multiply must have 2 inputs, got %s", inputs);
    Shape first = inputs.get(0);
    Shape second = inputs.get(1);
    boolean perChannel = !first.flat() && second.equals(Shape.image(first.channels(), 1, 1));
    checkArgument(
        first.equals(second) || perChannel,
        "The second input of Multiply must have the shape of the first, or be a 1 x 1 image with"
            + " the same number of channels as the first, an image, got %s",
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
