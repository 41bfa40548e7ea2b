package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * The channels of several images of the same height and width, in the order of the inputs, or the
 * values of several vectors.
 */
@JsonTypeName("Concat")
public record Concat() implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    checkArgument(inputs.size() >= 2, "Concat must have at least 2 inputs, got %s", inputs);
    Shape first = inputs.get(0);
    checkArgument(
        inputs.stream()
            .allMatch(
                s ->
                    s.height() == first.height()
                        && s.width() == first.width()
                        && s.flat() == first.flat()),
        "The inputs of Concat must be vectors, or images of the same height and width, got %s",
        inputs);
    int channels =
        Checks.size("The number of channels", inputs.stream().mapToLong(Shape::channels).sum());
    return new Shape(channels, first.height(), first.width(), first.flat());
  }

  @Override
  public String kerasClass() {
    return "concatenate";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
