package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** The values of an image as a vector, channel by channel (CHW). A vector stays as it is. */
@JsonTypeName("Flatten")
public record Flatten() implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.vector(Checks.only("Flatten", inputs).size());
  }

  @Override
  public String kerasClass() {
    return "flatten";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
