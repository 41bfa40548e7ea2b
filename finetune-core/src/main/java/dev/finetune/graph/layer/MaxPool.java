package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * The maximum over a square window. Padding is never the maximum.
 *
 * @param window rows and columns of the window, at least 1
 * @param stride the step of the window, down and across, at least 1
 * @param padding how the window treats the border
 */
@JsonTypeName("MaxPool")
public record MaxPool(int window, int stride, Padding padding) implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.image("MaxPool", inputs);
    return Windows.slide(in, in.channels(), window, window, stride, padding);
  }

  @Override
  public String kerasClass() {
    return "max_pooling2d";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
