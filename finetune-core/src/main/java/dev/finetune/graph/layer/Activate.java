package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * An activation as a separate layer. It keeps the shape of its input.
 *
 * @param activation the function
 */
@JsonTypeName("Activate")
public record Activate(Activation activation) implements BasicLayer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.only("Activate", inputs);
  }

  @Override
  public String kerasClass() {
    return "activation";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
