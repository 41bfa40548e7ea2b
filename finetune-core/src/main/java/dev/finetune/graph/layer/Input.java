package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * An input of the network. It reads no other layer.
 *
 * @param shape the shape of one example
 */
@JsonTypeName("Input")
public record Input(Shape shape) implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    checkArgument(inputs.isEmpty(), "Input must have no inputs, got %s", inputs);
    return shape;
  }

  @Override
  public String kerasClass() {
    return "input_layer";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
