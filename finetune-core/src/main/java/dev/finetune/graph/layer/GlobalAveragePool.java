package dev.finetune.graph.layer;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * The mean of each channel of an image.
 *
 * @param keepDimensions whether the output is a 1 x 1 image; otherwise it is a vector
 */
@JsonTypeName("GlobalAveragePool")
public record GlobalAveragePool(boolean keepDimensions) implements BasicLayer {

  /** Creates a layer with a vector as output. */
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
