package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * In training sets each value to zero with probability {@code rate} and scales the others by 1 / (1
 * - rate); in inference it does nothing.
 *
 * @param rate the fraction dropped, as in Keras and PyTorch, in [0, 1)
 */
@JsonTypeName("Dropout")
public record Dropout(double rate) implements BasicLayer {

  public Dropout {
    checkArgument(
        rate >= 0 && rate < 1, "dropout is the fraction dropped, in [0, 1); got %s", rate);
  }

  @Override
  public boolean random() {
    return rate > 0;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.only("Dropout", inputs);
  }

  @Override
  public String kerasClass() {
    return "dropout";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
