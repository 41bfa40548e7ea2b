package dev.finetune.graph.layer;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/**
 * Stochastic depth (G. Huang et al., "Deep Networks with Stochastic Depth", 2016). In training it
 * sets all values of an example to zero with probability {@code rate}, which skips a residual block
 * for this example, and multiplies those of the other examples by 1 / (1 - rate). In inference it
 * does nothing.
 *
 * @param rate the fraction of examples dropped, in [0, 1)
 */
@JsonTypeName("StochasticDepth")
public record StochasticDepth(double rate) implements BasicLayer {

  /**
   * Creates the layer.
   *
   * @param rate in [0, 1)
   * @throws IllegalArgumentException if the rate is out of range
   */
  public StochasticDepth {
    checkArgument(
        rate >= 0 && rate < 1,
        "The stochastic depth rate, the fraction dropped, must be in [0, 1), got %s",
        rate);
  }

  @Override
  public boolean random() {
    return rate > 0;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.only("StochasticDepth", inputs);
  }

  @Override
  public String kerasClass() {
    return "stochastic_depth";
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
