package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * The values of the input, in the order channel, height, width, as an image of another shape.
 *
 * @param channels channels of the output, at least 1
 * @param height rows of the output, at least 1
 * @param width columns of the output, at least 1
 */
@JsonTypeName("Reshape")
public record Reshape(int channels, int height, int width) implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.only("Reshape", inputs);
    Shape out = Shape.image(channels, height, width);
    checkArgument(
        in.size() == out.size(), "Reshape must keep the number of values, got %s to %s", in, out);
    return out;
  }

  @Override
  public String kerasClass() {
    return "reshape";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
