package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** Element-wise sum of layers of one shape: a residual connection. */
@JsonTypeName("Add")
public record Add() implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    checkArgument(inputs.size() >= 2, "Add takes at least two layers, got %s", inputs);
    checkArgument(
        inputs.stream().distinct().count() == 1, "Add takes layers of one shape, got %s", inputs);
    return inputs.get(0);
  }

  @Override
  public String kerasClass() {
    return "add";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
