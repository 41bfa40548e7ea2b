package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * Dropout. In training it sets each value to zero with probability {@code rate} and multiplies the
 * others by 1 / (1 - rate). In inference it does nothing.
 *
 * @param rate the fraction of values dropped, as in Keras and PyTorch, in [0, 1)
 */
@JsonTypeName("Dropout")
public record Dropout(double rate) implements BasicLayer {

  /**
   * Creates the layer.
   *
   * @param rate in [0, 1)
   * @throws IllegalArgumentException if the rate is out of range
   */
  public Dropout {
    checkArgument(
        rate >= 0 && rate < 1,
        "The dropout rate, the fraction dropped, must be in [0, 1), got %s",
        rate);
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
