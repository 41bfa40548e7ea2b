package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** The element-wise sum of two or more inputs of the same shape, as in a residual connection. */
@JsonTypeName("Add")
public record Add() implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    checkArgument(inputs.size() >= 2, "Add must have at least 2 inputs, got %s", inputs);
    checkArgument(
        inputs.stream().distinct().count() == 1,
        "The inputs of Add must have the same shape, got %s",
        inputs);
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
