package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * The mean over a square window. Padding is excluded from the mean.
 *
 * @param window rows and columns of the window, at least 1
 * @param stride the step of the window, down and across, at least 1
 * @param padding how the window treats the border
 */
@JsonTypeName("AveragePool")
public record AveragePool(int window, int stride, Padding padding) implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.image("AveragePool", inputs);
    return Windows.slide(in, in.channels(), window, window, stride, padding);
  }

  @Override
  public String kerasClass() {
    return "average_pooling2d";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
