package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** Maximum over a square window. */
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
