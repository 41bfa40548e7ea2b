package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** Mean over a square window; padding is left out of the mean. */
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
