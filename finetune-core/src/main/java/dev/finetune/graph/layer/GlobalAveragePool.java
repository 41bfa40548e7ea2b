package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * Mean of every feature map.
 *
 * @param keepDimensions whether the result is an image of 1 x 1 and not a vector
 */
@JsonTypeName("GlobalAveragePool")
public record GlobalAveragePool(boolean keepDimensions) implements BasicLayer {

  /** Makes one that gives a vector. */
  public GlobalAveragePool() {
    this(false);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.overall(Checks.image("GlobalAveragePool", inputs), keepDimensions);
  }

  @Override
  public String kerasClass() {
    return "global_average_pooling2d";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
