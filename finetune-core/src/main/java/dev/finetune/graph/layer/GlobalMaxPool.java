package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** The maximum of each channel of an image, as a vector. */
@JsonTypeName("GlobalMaxPool")
public record GlobalMaxPool() implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.overall(Checks.image("GlobalMaxPool", inputs), false);
  }

  @Override
  public String kerasClass() {
    return "global_max_pooling2d";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
